using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Every error of training and scoring, in one place.</summary>
static class TrainingErrors
{
    public static int CheckRows(int values, int columns) =>
        columns > 0 && values % columns == 0
            ? values / columns
            : throw new KilnException(
                "The values are not whole rows.",
                [("values", $"{values}"), ("features a row", $"{columns}")],
                "Give every row exactly the features that the model was trained on, in their order.");

    public static KilnException NoRows() =>
        new("There is nothing to train on.", [("rows", "0")], "Look at what the split before the training kept.");

    public static KilnException NotFinite(int row, int column, float value) => new(
        "A training feature is not a finite number.",
        [("row", $"{row} (from 0)"), ("feature", $"{column} (from 0)"), ("value", $"{value}")],
        "Fill or drop missing values before training.");

    public static KilnException LabelsDiffer(int rows, int labels) => new(
        "Rows and labels differ in number.", [("rows", $"{rows}"), ("labels", $"{labels}")], "Give each row one label.");

    public static KilnException OneClass(string which, long rows, long positives) => new(
        $"The {which} rows are all of one class.",
        [("rows", $"{rows}"), ("positives", $"{positives}")],
        "Widen the window, so that both classes are in it.");

    public static KilnException Diverged(int epoch, int batch, double loss, double gradient, TrainingSettings settings) => new(
        "The training diverged: the loss or its gradient is no longer a number.",
        [
            ("epoch", $"{epoch}"), ("batch", $"{batch}"), ("loss", $"{loss}"), ("gradient norm", $"{gradient}"),
            ("learning rate", $"{settings.LearningRate}"), ("gradient clip", $"{settings.GradientClip}"),
        ],
        "Try a smaller learningRate, or gradientClip: 1.");

    // The binding's errors are made for people already; only the type has to be one that the engine prints as it is.
    public static KilnException Libtorch(TorchException exception) => new(exception.Message, [], "", exception);

    public static KilnException BadSetting(string reason) =>
        new("A training setting is out of its range.", [("setting", reason)], "Correct the settings.");

    public static KilnException NotAModel(string path, string reason, Exception? inner = null) => new(
        "This file is not a model that Kiln can score with.",
        [("file", path), ("reason", reason)],
        "Train it again with this version, or name the right file.",
        inner);
}
