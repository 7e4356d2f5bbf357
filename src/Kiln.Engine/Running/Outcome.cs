namespace Kiln;

/// <summary>How a stage ended in a run: a closed set.</summary>
public abstract record Outcome
{
    Outcome()
    {
    }

    /// <summary>Whether the stage's outputs are in place, so that what needs it can go on.</summary>
    public bool IsMade => this is UpToDate or Restored or Ran;

    /// <summary>Nothing it depends on changed; its outputs were already in place.</summary>
    public sealed record UpToDate : Outcome;

    /// <summary>Made from the same facts before; its outputs were copied from the store.</summary>
    public sealed record Restored : Outcome;

    /// <summary>Its body ran and its outputs are in place.</summary>
    public sealed record Ran : Outcome;

    /// <summary>It did not run.</summary>
    public sealed record Skipped(string Because) : Outcome;

    /// <summary>Its body threw, or broke a rule of the engine.</summary>
    public sealed record Failed(Exception Error) : Outcome;

    /// <summary>The run was interrupted before or while it ran.</summary>
    public sealed record Cancelled : Outcome;

    /// <summary>The word for tables and records.</summary>
    public string Word => this switch
    {
        UpToDate => "up to date",
        Restored => "restored",
        Ran => "ran",
        Skipped => "skipped",
        Failed => "failed",
        _ => "cancelled",
    };
}
