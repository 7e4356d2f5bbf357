namespace Kiln;

/// <summary>What the process tells its caller.</summary>
public enum ExitCode
{
    /// <summary>Everything asked for is done or up to date.</summary>
    Done = 0,

    /// <summary>A stage failed.</summary>
    StageFailed = 1,

    /// <summary>The command line, the settings or the pipeline's declaration is wrong.</summary>
    Usage = 2,

    /// <summary>A gate said no.</summary>
    GateFailed = 3,

    /// <summary>Something is out of date: the answer of <c>status</c> and <c>verify</c>, which run nothing.</summary>
    Stale = 5,

    /// <summary>Data broke its contract.</summary>
    ContractFailed = 6,

    /// <summary>The run was interrupted.</summary>
    Interrupted = 8,

    /// <summary>Another run holds the workspace.</summary>
    WorkspaceHeld = 9,

    /// <summary>A fault in Kiln itself.</summary>
    Internal = 37,
}
