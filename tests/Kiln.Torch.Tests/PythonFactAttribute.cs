namespace Kiln.Tests.Torch;

/// <summary>A test that runs Python, and is skipped with the reason where there is none.</summary>
sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "python3")))) Skip = "No python3 on the PATH.";
    }
}
