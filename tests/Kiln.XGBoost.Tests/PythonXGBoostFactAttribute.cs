using System.Diagnostics;

namespace Kiln.Tests.XGBoost;

/// <summary>A test that runs Python's xgboost, and is skipped with the reason where there is none.</summary>
sealed class PythonXGBoostFactAttribute : FactAttribute
{
    static readonly Lazy<bool> present = new(() => Python.Run("-c", "import xgboost, numpy").Code == 0);

    public PythonXGBoostFactAttribute()
    {
        if (!present.Value) Skip = "No xgboost in python3: install Debian's python3-xgboost, or name a Python with PYTHON.";
    }
}

/// <summary>Runs Python: PYTHON, or the system's, which has Debian's packages.</summary>
static class Python
{
    public static string Make { get; } = Path.Combine(AppContext.BaseDirectory, "Python", "make.py");

    public static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        var program = Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named ? named : "/usr/bin/python3";
        if (!File.Exists(program)) return (127, "", $"no {program}");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
