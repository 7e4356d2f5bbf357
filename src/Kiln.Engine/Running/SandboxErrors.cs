namespace Kiln.Running;

/// <summary>What a sandbox has to say.</summary>
static class SandboxErrors
{
    /// <summary>This many refused paths are named with a failure.</summary>
    const int Named = 8;

    public static KilnException UndeclaredRead(string stage, IReadOnlyList<string> paths, string line, IEnumerable<(string, string)> facts) => new(
        "A stage tried to read a file that it does not declare:",
        [.. paths.Take(Named).Select((path, i) => (i == 0 ? "file" : "", path)), ("stage", stage), .. facts],
        $"Declare it: {line}");

    /// <summary>The line that declares a file in a class.</summary>
    public static string PropertyFor(string path) =>
        $"public Input<PlainFile> {PropertyName(Path.GetFileNameWithoutExtension(path))} {{ get; }} = Input<PlainFile>.Source(\"{path}\");";

    public static KilnException WorkerDied(string stage, ChildEnd end, IEnumerable<(string, string)> facts) => new(
        "A stage's worker process died:", [("stage", stage), end.Signal != 0 ? ("signal", end.Signal.ToString()) : ("exit code", end.ExitCode.ToString()), .. facts],
        end.Signal == 9 ? "Someone killed it, or the machine ran out of memory." : "");

    public static KilnException DeclaredOtherwise(string stage) => new UsageException(
        "A pipeline is not declared the same way twice:", [("stage", stage), ("which", "its worker does not find")],
        "Declare stages from settings and from the names of source files only, or mark the stage [Unsandboxed(\"why\")].");

    static string PropertyName(string file)
    {
        var name = string.Concat(file.Split('-', '_', '.', ' ').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return name.Length > 0 && char.IsLetter(name[0]) ? name : "File" + name;
    }

    /// <summary>What was refused, as facts of a failure it may explain.</summary>
    public static IEnumerable<(string, string)> Refused(LaunchReport report) =>
        report.Written.Select(path => $"to write {path}").Concat(report.Read.Select(path => $"to read {path}")).Take(Named).Select((path, i) => (i == 0 ? "refused" : "", path));
}
