namespace Kiln.Planning;

static class PlanErrors
{
    public static UsageException Cycle(IReadOnlyList<string> path) =>
        new("Stages need each other in a circle:", [("path", string.Join(" needs ", path))], "Break one of these edges.");

    public static UsageException TwoOwners(string path, string first, string second) =>
        new("Two stages make the same file:", [("file", path), ("first", first), ("second", second)], "Give one of them another path.");

    public static UsageException SameName(string name, string first, string second) =>
        new("Two stages have one name:", [("name", name), ("classes", first == second ? first : $"{first}, {second}")],
            "Name one of them otherwise with [TaskName], or give the partitions distinct keys.");

    public static UsageException OutsideWorkspace(string path, string stage, string workspace) =>
        new("An output lies outside the workspace:", [("output", path.Length == 0 ? "(empty)" : path), ("stage", stage), ("workspace", workspace)],
            "Declare a path below the workspace, relative to it.");

    public static UsageException ReservedPlace(string path, string stage) =>
        new("An output lies where Kiln or git keeps its own files:", [("output", path), ("stage", stage)], "Declare a path outside .kiln and .git.");

    public static UsageException NoProducer(string path, string stage, Dictionary<string, string> made)
    {
        var near = Nearest.Name(path, made.Keys);
        return new("No stage makes this file:", [("file", path), ("needed by", stage)],
            (near is null ? "" : $"Did you mean {near} ({made[near]})? ") + "Declare a stage for it, fix the path, or declare it with Input<T>.Source if no stage should make it.");
    }

    public static UsageException ProducerNotAdded(string path, string stage) =>
        new("The stage that makes this file is not in the pipeline:", [("file", path), ("needed by", stage)], "Add that stage where the pipeline is declared.");

    public static UsageException SourceHoldsOutput(string folder, string stage, string made, string owner) =>
        new("A source folder holds what a stage makes:", [("folder", folder), ("needed by", stage), ("made", $"{made} ({owner})")],
            "Read that stage's outputs as inputs, or keep sources and outputs in folders of their own.");

    public static UsageException InputNotThere(string path, string stage) =>
        new("An input is not there:", [("file", path), ("needed by", stage)], "Put it there, or point the settings at where it is.");

    public static UsageException ProgramNotThere(string program, string stage) =>
        new("A program is not there:", [("program", program), ("needed by", stage)], "Install it, or name its path in Command; programs are looked for on a fixed PATH, unless Environment names PATH.");

    public static UsageException UnknownPartition(string key, IReadOnlyList<string> known) =>
        new("No stage has such a partition:", [("key", key), ("there are", Extent(known))], NearKeys(key, known));

    public static UsageException UnknownPartitionOf(string stage, string key, string pipeline, IReadOnlyList<string> known) =>
        new("There is no such partition:", [("target", $"{stage}[{key}]"), ("pipeline", pipeline), ("there are", Extent(known))], NearKeys(key, known));

    static string Extent(IReadOnlyList<string> keys) => keys.Count switch { 0 => "none", 1 => keys[0], _ => $"{keys.Count:#,0}, from {keys[0]} to {keys[^1]}" };

    static string NearKeys(string key, IReadOnlyList<string> known) => Nearest.Names(key, known, 4) switch
    {
        [] => "",
        [var only] => $"Did you mean {only}?",
        [.. var first, var last] => $"Did you mean {string.Join(", ", first)} or {last}?",
    };

    public static UsageException BackwardRange(string range, string stage) =>
        new("A range of partitions ends before it begins:", [("range", range), ("stage", stage)], "Swap its ends: keys are in the order in which the pipeline declares them.");

    public static UsageException NoSuchRange(string range) =>
        new("The ends of a range are keys of different stages:", [("range", range)], "Give two keys of one stage.");

    public static UsageException ListsWithoutEnd(string path, int most) =>
        new("Stages list further stages without an end:", [("next list", path), ("lists read", most.ToString())], "Let a list depend on data, not on the list before it.");

    public static UsageException NeedsTooMuch(string stage, string what, string needed, string available, string next) =>
        new("A stage needs more than there is:", [("stage", stage), ("needs", $"{needed} ({what})"), ("there is", available)], next);

    public static UsageException NoSuchNeed(string stage, Execution execution) =>
        new("A stage's needs make no sense:", [("stage", stage), ("declared", $"{execution.Cpus} CPUs, {execution.MemoryGiB} GiB, {execution.Gpus} GPUs, {execution.Retries} retries")],
            "A stage needs at least one CPU, and no less than nothing of the others.");

    public static UsageException UnknownToken(string token, string stage, IReadOnlyList<string> known) =>
        new("A stage holds a token that the pipeline does not have:", [("token", token), ("stage", stage)],
            (Nearest.Name(token, known) is { } near ? $"Did you mean {near}? " : "") + $"Say how many there are where the pipeline is declared: pipeline.Tokens(\"{token}\", 2).");

    public static UsageException UnknownTarget(string target, string pipeline, IReadOnlyList<string> known)
    {
        var near = Nearest.Name(target, known);
        return new("There is no such target:", [("target", target), ("pipeline", pipeline)],
            (near is null ? "" : $"Did you mean {near}? ") + "Known: " + string.Join(", ", known) + ".");
    }

    public static UsageException NotListed(string target, string pipeline, IReadOnlyList<string> listers, IReadOnlyList<string> known)
    {
        var near = Nearest.Name(target, known);
        return new("There is no such target yet:", [("target", target), ("pipeline", pipeline), ("may be listed by", string.Join(", ", listers))],
            (near is null ? "" : $"Did you mean {near}? ") + $"What {listers[^1]} lists is known when it has run; `./build.sh --target '{target}'` runs it first.");
    }
}
