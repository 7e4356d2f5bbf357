namespace Kiln.Data;

/// <summary>Data broke its contract.</summary>
public sealed class ContractException(string what, IEnumerable<(string Label, string Value)> facts, string next)
    : DataException(what, facts, next)
{
    /// <inheritdoc />
    public override ExitCode ExitCode => ExitCode.ContractFailed;
}

/// <summary>A contract's own file is wrong.</summary>
public sealed class ContractFileException(string what, IEnumerable<(string Label, string Value)> facts, string next)
    : DataException(what, facts, next)
{
    /// <inheritdoc />
    public override ExitCode ExitCode => ExitCode.Usage;
}
