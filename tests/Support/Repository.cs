namespace Kiln.Tests;

/// <summary>Where the repository and the trial data stand on the machine that runs the tests.</summary>
static class Repository
{
    /// <summary>The folder that holds Pipeline.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A data set for trials, or null where it is absent: <c>KILN_TEST_DATA</c>, or shared/data beside the repository.</summary>
    public static string? TrialData(string name)
    {
        var folder = Environment.GetEnvironmentVariable("KILN_TEST_DATA") ?? Path.Combine(Root, "..", "shared", "data");
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return Directory.Exists(path) ? path : null;
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("No Pipeline.sln above " + AppContext.BaseDirectory);
    }
}
