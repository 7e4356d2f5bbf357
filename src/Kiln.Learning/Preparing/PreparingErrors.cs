using System.Collections.Immutable;

namespace Kiln.Learning.Preparing;

/// <summary>Every error of preparing columns for models, in one place.</summary>
static class PreparingErrors
{
    public static KilnException NoColumns() => new("The preparation names no column.", [], "Name at least one column to prepare.");

    public static KilnException Declared(string what, string columns, string next) => new(what, [("columns", columns)], next);

    public static KilnException NoSuchColumn(string name, IEnumerable<string> there) => new(
        "A column that the model reads is not there.", [("column", name), ("there are", string.Join(", ", there))], "Give the rows with this column, or fit anew without it.");

    public static KilnException NoSuchInput(int input, ImmutableArray<InputColumn> inputs) => new(
        "A row has no such input.", [("input", $"{input} (from 0)"), ("inputs", string.Join(", ", inputs.Select((column, place) => $"{place} {column.Name}")))], "Take a column's place from PlaceOf.");

    public static KilnException WrongKind(string column, string expected, string found) => new(
        "A column is of another kind than the preparation reads.", [("column", column), ("expected", expected), ("found", found)],
        "Give the column as it was in training, or declare and fit the preparation anew.");

    public static KilnException Infinite(Place place, double value) => new(
        "A value is infinite.", [.. place.Facts, ("value", $"{value}")], "Correct the rows, or leave the value out where it is unknown.");

    public static KilnException NoLogarithm(Place place, double value) => new(
        "A value has no logarithm: log(1 + value) needs values above -1.", [.. place.Facts, ("value", $"{value}")], "Use the signed logarithm, or clip the column first.");

    public static KilnException TooLarge(Place place, double value) => new(
        "A prepared value does not fit single precision.", [.. place.Facts, ("prepared value", $"{value}")],
        "Correct the rows; or clip the column before its other steps, or take its logarithm.");

    public static KilnException NoStatistics(Place place, double value, string flaw) => new(
        "A column's values are too large for its statistics.", [.. place.Facts, ("largest value", $"{value}"), ("reason", flaw)],
        "Correct the rows; or clip the column first, or take its logarithm (in settings: numbers: log).");

    public static KilnException NotATime(Place place) => new(
        "A time is outside the years 1 to 9999.", [.. place.Facts], "Correct the rows, or leave the time out where it is unknown.");

    public static KilnException Missing(Place place) => new(
        "A value is missing in a column that had one in every training row.", [.. place.Facts], "Correct the rows, or declare how the column is imputed and fit anew.");

    public static KilnException AllMissing(string column, int rows) => new(
        "A column has no value in any training row: there is nothing to learn from it, by any model.", [("column", column), ("rows", $"{rows:#,0}, all without a value")],
        "Leave the column out of what is learned from (LearningProblem.Ignored); or, where later rows have values, impute a constant first.");

    public static KilnException NoRows() => new("There are no rows to fit a preparation to.", [("rows", "0")], "Look at what the split before the training kept.");

    public static KilnException ManyFeatures(string column, long features, int most) => new(
        "A column would become too many features.", [("column", column), ("features", $"{features:#,0}"), ("at most", $"{most:#,0}")],
        "Limit its categories, or encode it by target, by hash or as ordinal.");

    public static KilnException SameFeature(string name) => new(
        "Two features of a preparation have the same name.", [("feature", name)], "Prepare each column in one way, or rename a column.");

    public static KilnException NoTarget(string column) => new(
        "A column is encoded by its target, and no labels were given.", [("column", column)], "Fit with the target and its labels.");

    public static KilnException Lengths(string column, int expected, int found) => new(
        "A column is not as long as the labels.", [("column", column), ("labels", $"{expected:#,0}"), ("rows", $"{found:#,0}")], "Give labels and columns of the same rows.");

    public static KilnException FewRows(string column, int rows, int folds) => new(
        "There are fewer rows than folds to encode a column by its target.", [("column", column), ("rows", $"{rows:#,0}"), ("folds", $"{folds}")], "Use fewer folds.");

    public static KilnException ByteCount(Place place, int expected, int found) => new(
        "A value has another number of bytes than the preparation reads.", [.. place.Facts, ("expected", $"{expected:#,0}"), ("found", $"{found:#,0}")], "Correct the rows, or declare the number of bytes they have.");

    public static KilnException FeatureSpan(int expected, int found) => new(
        "There is not room for as many features as a row has.", [("features", $"{expected:#,0}"), ("room", $"{found:#,0}")], "Give a span of exactly that length.");

    public static KilnException OtherRow(ImmutableArray<InputColumn> wanted, ImmutableArray<InputColumn> found) => new(
        "A row is of another model.", [("the model reads", string.Join(", ", wanted.Select(input => input.Name))), ("the row has", string.Join(", ", found.Select(input => input.Name)))],
        "Make the row by this model's NewRow.");

    public static KilnException NotAPreparation(string problem, string? file, Exception? inner = null) => new(
        "This is not a fitted preparation.", file is null ? [("problem", problem)] : [("file", file), ("problem", problem)], "Fit the preparation anew, or give the text that ToJson wrote.", inner);

    public static KilnException Unprepared(string column, string kind) => new(
        "A column is of a kind that no setting prepares.", [("column", column), ("kind", kind)], "Leave the column out, or declare its preparation in code.");

    public static KilnException UnknownOverride(string column, IEnumerable<string> there) => new(
        "The settings prepare a column that is not given.", [("column", column), ("given", string.Join(", ", there))], "Correct the name, or remove the entry.");
}

/// <summary>Where a value stands: the row counts from 0; below 0 it is a row on its own.</summary>
readonly record struct Place(string Column, int Row = -1)
{
    public IEnumerable<(string, string)> Facts => Row < 0 ? [("column", Column)] : [("column", Column), ("row", $"{Row} (from 0)")];

    public Place At(int offset) => Row < 0 ? this : this with { Row = Row + offset };
}
