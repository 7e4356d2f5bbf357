namespace Kiln;

/// <summary>The command line, the settings, or the declaration of a pipeline is wrong: the command ends with <see cref="ExitCode.Usage"/>.</summary>
public sealed class UsageException(string what, IEnumerable<(string Label, string Value)> facts, string next) : KilnException(what, facts, next)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Usage;
}
