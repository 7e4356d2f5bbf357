namespace Kiln.Running;

/// <summary>What a sandbox has to say.</summary>
static class SandboxErrors
{
    /// <summary>This many refused paths are named with a failure.</summary>
    const int Named = 8;

    public static KilnException UndeclaredRead(Stage stage, IReadOnlyList<string> paths, IEnumerable<(string, string)> facts) => new(
        "A stage tried to read a file that it does not declare:",
        [.. paths.Take(Named).Select((path, i) => (i == 0 ? "file" : "", path)), ("stage", stage.FullName), .. facts],
        $"Declare it: {LineFor(stage, paths[0])}");

    /// <summary>The line that declares a file or folder that a stage reads.</summary>
    public static string LineFor(Stage stage, string path, string kind = nameof(PlainFile)) => stage is CommandStage
        ? $"Reads = [Input<{kind}>.Source(\"{path}\"), …]"
        : $"public Input<{kind}> {PropertyName(Path.GetFileNameWithoutExtension(path))} {{ get; }} = Input<{kind}>.Source(\"{path}\");";

    public static KilnException WorkerDied(Stage stage, ChildEnd end, LaunchReport report, IEnumerable<(string, string)> facts) => new(
        "A stage's worker process died:",
        [("stage", stage.FullName), end.Signal != 0 ? ("signal", end.Signal.ToString()) : ("exit code", end.ExitCode.ToString()), .. Refused(report), .. facts],
        string.Join('\n', end.Signal == 9 ? ["Someone killed it, or the machine ran out of memory."] : Advice(report, stage)));

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
        report.Written.Select(path => $"to write {path}").Concat(report.Read.Select(path => $"to read {path}")).Take(Named)
            .Concat(report.AskedForNetwork ? ["to open a network connection"] : []).Select((refusal, i) => (i == 0 ? "refused" : "", refusal));

    /// <summary>What to do where the refusals are the reason of a failure. What Python compiles is kept beside its source only where that may be.</summary>
    public static IEnumerable<string> Advice(LaunchReport report, Stage stage)
    {
        static bool IsWanted(string path) => !path.Contains("/__pycache__/", StringComparison.Ordinal);

        // Programs look for several files that they can do without before they fail over one.
        if (report.Read.LastOrDefault(IsWanted) is { } read) yield return $"If it needs {read}, declare it: {LineFor(stage, read)}";
        if (report.Written.Any(IsWanted)) yield return "It may write its outputs, and what it needs only meanwhile in the folder that TMPDIR names.";
        if (report.AskedForNetwork) yield return stage is CommandStage ? "If it needs the network, declare it: UsesNetwork = true" : "If it needs the network, declare it: mark the stage's class [UsesNetwork].";
    }
}
