namespace Kiln.Build;

/// <summary>Data sets that are not part of this repository.</summary>
static class TrialData
{
    /// <summary>The published transactions.</summary>
    public const string Transactions = "fraud-transactions";

    /// <summary>A data set's folder: in KILN_TEST_DATA, or in shared/data beside the repository.</summary>
    /// <exception cref="KilnException">It is not there.</exception>
    public static string Folder(string name)
    {
        var folder = Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable("KILN_TEST_DATA") ?? "../shared/data", name));
        return Directory.Exists(folder) ? folder
            : throw new KilnException("A data set is not here:", [("folder", folder)], $"Set KILN_TEST_DATA to the folder that has {name}.");
    }
}
