namespace Kiln.Tests;

/// <summary>A test that runs a Python script as a stage.</summary>
sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (!CommandStage.StandardPath.Split(':').Any(folder => File.Exists(Path.Combine(folder, "python3")))) Skip = "No python3 on the standard PATH.";
    }
}
