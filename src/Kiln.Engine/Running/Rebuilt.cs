namespace Kiln.Running;

/// <summary>What came of running a stage again beside its stored result: a closed set.</summary>
abstract record Rebuilt
{
    public abstract string Word { get; }

    public virtual string Detail => "";

    /// <summary>Every output has the same bytes, but for those that say that they vary.</summary>
    public sealed record Same(string Varying) : Rebuilt
    {
        public override string Word => "the same";

        public override string Detail => Varying.Length > 0 ? $"not compared, for they vary by run: {Varying}" : "";
    }

    /// <summary>An output differs; <paramref name="Where"/> is the first place.</summary>
    public sealed record Differs(string Output, string Where) : Rebuilt
    {
        public override string Word => "differs";

        public override string Detail => $"{Output}: {Where}";
    }

    /// <summary>The stage says of itself that it is not deterministic.</summary>
    public sealed record Exempt : Rebuilt
    {
        public override string Word => "exempt";

        public override string Detail => "marked [NonDeterministic]";
    }

    /// <summary>There is nothing to compare with, for the workspace is not up to date.</summary>
    public sealed record Stale(string Why) : Rebuilt
    {
        public override string Word => "out of date";

        public override string Detail => Why;
    }

    public sealed record Failed(Exception Error) : Rebuilt
    {
        public override string Word => "failed";

        public override string Detail => Error.Message.ReplaceLineEndings(" ");
    }
}
