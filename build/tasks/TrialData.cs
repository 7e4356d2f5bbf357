namespace Kiln.Build;

/// <summary>The published transactions, which are not part of this repository.</summary>
static class PublishedTransactions
{
    /// <summary>Their folder: fraud-transactions in KILN_TEST_DATA, or in shared/data beside the repository.</summary>
    /// <exception cref="KilnException">They are not there.</exception>
    public static string Folder()
    {
        var folder = Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable("KILN_TEST_DATA") ?? "../shared/data", "fraud-transactions"));
        return Directory.Exists(folder) ? folder
            : throw new KilnException("The published transactions are not here:", [("folder", folder)], "Set KILN_TEST_DATA to the folder that has fraud-transactions.");
    }
}
