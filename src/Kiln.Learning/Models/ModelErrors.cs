using System.Collections.Immutable;

namespace Kiln.Learning.Models;

/// <summary>Every error of models and of the rows they are fitted to, in one place.</summary>
static class ModelErrors
{
    public static KilnException NoRows(string which) =>
        new($"There are no {which} rows.", [("rows", "0")], "Look at what the split before the training kept.");

    public static KilnException OneClass(string which, int rows, string only) => new(
        $"The {which} rows are all of one class.", [("rows", $"{rows:#,0}"), ("class", only)], "Widen the window, so that every class is in it.");

    public static KilnException NoLabel(string column, int row) => new(
        "A row has no label.", [("column", column), ("row", $"{row} (from 0)")], "Leave such rows out before they are learned from.");

    public static KilnException NotAClass(string column, int row, string text, ImmutableArray<string> classes) => new(
        "A label is not one of the classes.",
        [("column", column), ("row", $"{row} (from 0)"), ("label", text), ("classes", string.Join(", ", classes))],
        "Correct the rows, or name the classes as the column writes them.");

    public static KilnException NotANumber(string column, int row, string text) => new(
        "A label is not a finite number.", [("column", column), ("row", $"{row} (from 0)"), ("label", text)], "Leave such rows out before they are learned from.");

    public static KilnException TooLarge(string column, int row, string text) => new(
        "A label does not fit single precision.", [("column", column), ("row", $"{row} (from 0)"), ("label", text)],
        "Correct the rows, or learn the column in larger units, or its logarithm (Target.Transform).");

    public static KilnException BadClasses(string column, string words, ImmutableArray<string> classes) => new(
        "The classes of a target are not what it says.", [("column", column), ("target", words), ("classes", classes.IsEmpty ? "none" : string.Join(", ", classes))],
        "Name each class once: two for Target.Binary, at least two for Target.MultiClass.");

    public static KilnException BadTarget(string column, string words, string problem) => new(
        "A target says what does not go together.", [("column", column), ("target", words), ("problem", problem)], "Leave it out, or learn values by Target.Regression.");

    public static KilnException LengthsDiffer(string which, string what, int length, int rows) => new(
        $"The {which} rows and their {what} differ in number.", [("rows", $"{rows:#,0}"), (what, $"{length:#,0}")], "Give each row one.");

    public static KilnException NoWeight(string which, int rows) => new(
        $"The {which} rows all weigh nothing.", [("rows", $"{rows:#,0}")], "Give some of them a weight above 0, or leave weights out.");

    public static KilnException BadWeight(string which, int row, float weight) => new(
        $"A weight of the {which} rows is not a number from 0.", [("row", $"{row} (from 0)"), ("weight", $"{weight}")], "Correct the weights, or learn without them.");

    public static KilnException HeavyWeights(string which, int rows, double sum, double most) => new(
        $"The weights of the {which} rows are too large for single precision.", [("rows", $"{rows:#,0}"), ("sum", $"{sum:G4}"), ("at most", $"{most:G4}")],
        "Divide all of them by the same number: only their ratios matter.");

    public static KilnException OneClassCounts(string which, int rows, string only) => new(
        $"The {which} rows that weigh anything are all of one class.", [("rows", $"{rows:#,0}"), ("class", only)], "Give rows of every class a weight above 0.");

    public static KilnException OtherTarget(string training, string validation) => new(
        "The validation rows are of another target than the training rows.", [("training", training), ("validation", validation)], "Read both with the same target.");

    public static KilnException NoTime(int days) => new(
        "A model that learns from some days needs rows with a time.", [("days", $"{days}")], "Name the problem's time column, or leave days out.");

    public static KilnException NotAnExposure(string column, int row, double value) => new(
        "An exposure is not a number above 0.", row < 0 ? [("column", column), ("exposure", $"{value}")] : [("column", column), ("row", $"{row} (from 0)"), ("exposure", $"{value}")], "Correct the column, or learn without an exposure.");

    public static KilnException NotAWeight(string column, int row, double value) => new(
        "A weight is not a number from 0.", [("column", column), ("row", $"{row} (from 0)"), ("weight", $"{value}")], "Correct the column, or learn without weights.");

    public static KilnException BadSetting(string name, string rule) =>
        new("A setting is out of its range.", [("setting", name), ("range", rule)], "Correct the settings.");

    public static KilnException Unusable(string section, string reason) => new("A section of settings cannot be used.", [("section", section), ("reason", reason)], "Correct the section.");

    public static KilnException DoesNotFit(Misfit misfit, Target target) => new(
        "A setting does not fit what is learned.", [("setting", misfit.Setting), ("learned", $"{target.Column} ({target.Words})"), ("reason", misfit.Reason)], "Correct the setting, or leave it out.");

    public static KilnException NothingToJudgeBy() => new(
        "The settings stop the fit early, or choose its best epoch, by validation rows, and there are none.", [("settings", "patience, monitor")],
        "Give validation rows; or set patience to 0 and leave monitor out: then all epochs are run.");

    public static KilnException AnswerSpan(int expected, int found) => new(
        "There is not room for exactly the answers to a row.", [("answers", $"{expected:#,0}"), ("room", $"{found:#,0}")], "Give a span of exactly that length: one answer, or of several classes one each.");

    public static KilnException NotStreamed(string kind) => new(
        "This way to learn needs all rows in memory.", [("model", kind)], "Learn from a table that stays on disk with a network, or read the rows into memory.");

    public static KilnException NotAModel(string folder, string reason, Exception? inner = null) => new(
        "This folder is not a model that Kiln can score with.", [("folder", folder), ("reason", reason)],
        "Train it again with this version, or name the right folder.", inner);

    // The bindings' errors are made for people already; only the type has to be one that the engine prints as it is.
    public static KilnException OfLibrary(Exception exception) => new(exception.Message, [], "", exception);

    public static KilnException ForeignFile(string folder, string file) => new(
        "A model's folder holds a file that is not the model's.", [("folder", folder), ("file", file)], "Move it elsewhere: a model is what its manifest.json names, and nothing else.");

    public static KilnException NotToCalibrate(string folder, string reason) => new(
        "A model cannot be calibrated so.", [("folder", folder), ("reason", reason)], "Calibrate a model as it was fitted, by a way that is for what it answers.");

    public static KilnException NotWritten(string folder, Exception exception) => new(
        "A model cannot be written here.", [("folder", folder.Length == 0 ? "(an empty name)" : folder), ("reason", exception.Message)], "Name a folder that is empty, or not there yet, and that can be written.", exception);

    public static KilnException NoCheckpoints(string folder, Exception exception) => new(
        "A fit cannot keep its state here.", [("folder", folder.Length == 0 ? "(an empty name)" : folder), ("reason", exception.Message)],
        "Give FitOptions.CheckpointFolder as a folder that can be written, or leave it out.", exception);

    public static KilnException NotFinite(string folder, string file, string what) => NotAModel(folder, $"{file}: {what} is not finite");

    public static KilnException FolderNotEmpty(string folder) => new(
        "A model is written into an empty folder.", [("folder", folder)], "Name another folder, or clear this one.");
}
