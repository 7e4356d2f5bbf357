using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>Every error of networks, in one place.</summary>
static class NetworkErrors
{
    public static KilnException MissingNumber(string feature, int row) => new(
        "A network cannot take a missing number.", [("feature", feature), ("row", $"{row} (from 0)")],
        "Impute it in the preparation, or choose a model that takes missing numbers, such as XGBoost.");

    public static KilnException NotACategory(string feature, int row, float number, int known) => new(
        "A prepared row has a category that the network does not know.",
        [("feature", feature), ("row", $"{row} (from 0)"), ("category", $"{number}"), ("known", $"0 … {known - 1}")],
        "Prepare rows with the preparation that the network was fitted with.");

    public static KilnException WrongAnswers(string shape, string wanted) => new(
        "A network's answers have the wrong shape.", [("answers", $"[{shape}]"), ("wanted", $"[{wanted}]")], "Answer one number a row, or one a class.");

    public static KilnException OwnNotGiven(string name) => new(
        "The network is one that the program makes itself.", [("network", name)], "Give FitOptions.OwnNetwork to fit it, and the same to ModelFolder.Load.");

    public static KilnException OwnIsNull(string name) => new(
        "FitOptions.OwnNetwork made no network.", [("network", name), ("made", "null")], "Return a TableNetwork for every shape.");

    public static KilnException OwnFailed(string name, ModelShape shape, TorchException exception)
    {
        var layout = new NetworkLayout(shape.Features);
        return new(
            "A network of one's own failed.",
            [
                ("network", name),
                ("numbers it gets", layout.Numbers == 0 ? "none" : $"Float32 [n, {layout.Numbers}]"),
                ("categories it gets", layout.Categories == 0 ? "none" : $"Int64 [n, {layout.Categories}], of {layout.CategoryVectors} in all"),
                ("is to answer", shape.Target.Outputs == 1 ? "Float32 [n]" : $"Float32 [n, {shape.Target.Outputs}]"),
                ("reason", exception.Reason ?? exception.Message.Split('\n')[0]),
            ],
            "Make its layers of the widths that the ModelShape, which FitOptions.OwnNetwork is given, says.", exception);
    }

    public static KilnException TooLarge(long parameters, double needed, double available) => new(
        "The network is larger than the machine's memory.",
        [("parameters", $"{parameters:#,0}"), ("needs at least", $"{needed / (1L << 30):#,0.0} GiB"), ("memory", $"{available / (1L << 30):#,0.0} GiB")],
        "Choose fewer or narrower layers, or a shorter vector for each category.");

    public static KilnException WrongImage(int height, int width, int features) => new(
        "The features are not the pixels of such an image.",
        [("height × width", $"{height} × {width}"), ("features", $"{features}")],
        "Set convolutional.height and width to the image's, and give it nothing but the pixels.");

    public static KilnException BadScript(string file, int features, string reason, Exception? inner = null) => new(
        "A TorchScript module cannot be used as a network.", [("file", file), ("is to take", $"Float32 [n, {features}]"), ("reason", reason)],
        "Save a module that takes the prepared features, with torch.jit.script(model).save(path); a state dictionary is no module.", inner);

    public static KilnException ScriptAnswers(string file, string answers, int outputs) => new(
        "A TorchScript module answers with something else than its network is asked for.",
        [("file", file), ("for 2 rows", answers), ("asked for", outputs == 1 ? "Float32 [2] or [2, 1]" : $"Float32 [2, {outputs}]")],
        "Save a module whose forward returns logits or values, or correct the target.");

    public static KilnException ScriptTakesNumbers(string file, int categories) => new(
        "A TorchScript network takes numbers only.", [("file", file), ("categories", $"{categories}")],
        "Encode categories as numbers in the preparation, such as by one-hot.");

    public static KilnException NothingToTrain(string file) => new(
        "A TorchScript module has no parameter that learns.", [("file", file)], "Set script.train to false to score with it, or save it before torch.jit.freeze.");
}
