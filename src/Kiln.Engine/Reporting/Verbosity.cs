namespace Kiln.Reporting;

/// <summary>How much is printed; the names are Cake's.</summary>
enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Notes, and the closing table.</summary>
    Minimal,

    /// <summary>Stages as they end, and the progress of long work.</summary>
    Normal,

    /// <summary>Every partition too.</summary>
    Verbose,

    /// <summary>Stack traces too.</summary>
    Diagnostic,
}
