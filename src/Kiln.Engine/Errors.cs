using System.Text.Json;

namespace Kiln;

/// <summary>The engine's errors that belong to no step of the flow: declarations and files.</summary>
static class Errors
{
    public static KilnException NotAListing(string path, string stage, string reason) => new(
        "A stage lists keys that cannot be used:", [("file", path), ("written by", stage), ("reason", reason)],
        "Write a JSON array of distinct texts that can be part of a file's name.");

    public static KilnException ListIsOfNoStage(string path) => new UsageException(
        "Keys are asked of a list that no stage of the pipeline makes:", [("file", path)], "Add the stage that writes it first.");

    public static KilnException AddedTwice(string stage) => new UsageException("A stage was added twice:", [("stage", stage)], "Add each instance once.");

    public static KilnException StageNotAdded(string stage, string wanted) => new UsageException(
        "A stage asks for another that is not in the pipeline:", [("stage", stage), ("asks for", wanted)], $"Add {wanted} before {stage}.");

    public static KilnException StageIsPartitioned(string stage, string wanted, int count) => new UsageException(
        "A stage asks for one of many:", [("stage", stage), ("asks for", wanted), ("there are", count.ToString())],
        $"Ask for Partitions<{wanted}>, or give {stage} partitions with the same keys.");

    public static KilnException NoCommand(string stage) => new UsageException(
        "A command stage has no command:", [("stage", stage)], "Name the program and its arguments: Command = [\"python3\", \"scripts/clean.py\"].");

    public static KilnException ProgramNotDeclared(string stage, string path) => new UsageException(
        "A command stage runs a program that it does not declare:", [("stage", stage), ("program", path)],
        $"Add it to what the stage reads: Reads = [Input<PlainFile>.Source(\"{path}\"), …].");

    public static KilnException NotASettingsRecord(string type) => new UsageException(
        "A stage's constructor asks for something that is neither a stage nor a settings record:", [("type", type)],
        "Ask for a class with a constructor without parameters, or add the stage with Add(new …).");

    public static KilnException NotASettingsList(string type) => new UsageException(
        "A setting is declared as a list that cannot be made:", [("type", type)], "Declare it as ImmutableArray<…>, IReadOnlyList<…> or an array.");

    public static KilnException CannotFingerprint(string type, string holder) => new UsageException(
        "A value cannot be part of a fingerprint:", [("type", type), ("held by", holder)],
        "Hold numbers, texts, dates, lists of these or records; mark a value that cannot change the outputs with [NotFingerprinted].");

    public static KilnException NotAFile(string path) => new("This is neither a file nor a folder:", [("path", path)], "Point the input at a regular file or folder.");

    public static KilnException LinkInFolder(string path, string target) => new(
        "A link in a source folder does not lead to a file:", [("link", path), ("leads to", target)],
        "Put the files themselves there, or declare the linked folder as an input of its own.");

    public static KilnException NameIsNotText(string folder, string name) => new(
        "The name of a file is no text:", [("folder", folder), ("name", name)], "Names are UTF-8. Rename it (`convmv -f latin1 -t utf8 --notest` does for many), or move it elsewhere.");

    public static KilnException ChangedWhileRead(string path) => new("A file changed while it was being read:", [("file", path)], "Run again when nothing else writes it.");

    public static KilnException NotThisJson(string path, JsonException error) => new(
        "A JSON file does not have the expected shape:", [("file", path), ("reason", JsonFault.Describe(error))],
        "Run the stage that writes it again with --force.");
}
