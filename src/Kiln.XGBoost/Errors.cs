using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

/// <summary>Every error this project raises itself, in one place: what, the facts, the next step.</summary>
static class Errors
{
    public static XGBoostException Refused(string reason) =>
        reason.Contains("std::bad_alloc", StringComparison.Ordinal) ? OutOfMemory()
        : reason.Contains("not compiled with GPU support", StringComparison.Ordinal) ? NoCuda("cuda")
        : new("XGBoost refused: " + reason) { LibraryReason = reason };

    public static XGBoostException OutOfMemory() => new(
        """
        XGBoost found no memory for this.
        Use fewer rows or columns, a smaller maximum depth or fewer bins, or a machine with more memory.
        """);

    public static XGBoostException LibraryMissing(string lookedFor) => new(
        $"""
        XGBoost's library is not here:
          looked for  {lookedFor}
        Run ./build.sh: it installs Debian's {XGBoostLibrary.Package} and links it. {XGBoostLibrary.Override}=<file> names a libxgboost.so elsewhere.
        """);

    public static XGBoostException LibraryBroken(string path, Exception inner) => new(
        $"""
        XGBoost's library does not load:
          file    {path}
          reason  {inner.Message}
        Install Debian's {XGBoostLibrary.Package} (./build.sh does), or name another libxgboost.so with {XGBoostLibrary.Override}=<file>.
        """,
        inner);

    public static XGBoostException NotXGBoost(string path) => new(
        $"""
        The library is not XGBoost's:
          file  {path}
        Name a libxgboost.so with {XGBoostLibrary.Override}=<file>, or unset it to use Debian's {XGBoostLibrary.Package}.
        """);

    public static XGBoostException WrongVersion(Version version, string path) => new(
        $"""
        This version of XGBoost is not supported:
          file     {path}
          version  {version}
        Use 1.7 to 3: Debian's {XGBoostLibrary.Package} (./build.sh installs it), or another with {XGBoostLibrary.Override}=<file>.
        """);

    public static XGBoostException NoCuda(string device) => new(
        $"""
        XGBoost's library cannot use a GPU:
          asked for  {device}
          library    version {XGBoostRuntime.Version}, built without CUDA
        Use device cpu, or name a libxgboost.so that was built with CUDA: {XGBoostLibrary.Override}=<file>.
        """);

    public static XGBoostException UnknownDevice(string device) => new(
        $"""
        No such device:
          asked for  {device}
        Use cpu, cuda or cuda:<number>.
        """);

    public static XGBoostException WrongLength(string what, long values, string expected) => new(
        $"""
        The number of {what} does not fit:
          given     {values:#,0}
          expected  {expected}
        """);

    public static XGBoostException NoRows(int columns) => new(
        $"""
        There are no rows to make a matrix of:
          rows     0
          columns  {columns}
        Check what selects the rows.
        """);

    public static XGBoostException BadValue(string what, float value, long row, string? column, string next) => new(
        $"""
        {what}:
          value  {value}
          row    {row:#,0} (from 0){(column is null ? "" : "\n  column " + column)}
        {next}
        """);

    public static XGBoostException OneClass(float label, long rows, string objective) => new(
        $"""
        All labels are of one class: there is nothing to tell apart.
          label      {label}, in all {rows:#,0} rows
          objective  {objective}
        Check how labels are made and how rows are split, or train on rows of each class.
        """);

    public static XGBoostException NoLabels(string what) => new(
        $"""
        The {what} has no labels.
        Give MatrixDetails.Labels, one a row.
        """);

    public static XGBoostException BadNames(string reason) => new(
        $"""
        The feature names cannot be used:
          reason  {reason}
        XGBoost's names are unique, not empty, and without [, ] and <.
        """);

    public static XGBoostException WrongFeatures(string what, string expected, string given) => new(
        $"""
        The matrix does not have the {what} that the model was trained on:
          model   {expected}
          matrix  {given}
        """);

    public static XGBoostException BadSettings(IEnumerable<string> reasons) => new(
        "These settings cannot be used:\n" + string.Join('\n', reasons.Select(reason => "  " + reason)) + "\nNothing was trained.");

    public static XGBoostException NotUsed(string reason) => new(
        $"""
        XGBoost does not know, or would not use, some of the settings:
          reason  {reason}
        Remove them, or correct their names. Nothing was trained.
        """);

    public static XGBoostException BadEarlyStopping(string asked, IEnumerable<string> measured) => new(
        $"""
        Early stopping watches a metric that is not measured:
          asked for  {asked}
          measured   {(string.Join(", ", measured) is { Length: > 0 } names ? names : "nothing")}
        Add the matrix to TrainingOptions.Evaluations and the metric to BoosterSettings.Metrics, or name one of those measured.
        """);

    public static XGBoostException NotANumber(string metric, int round) => new(
        $"""
        The metric that early stopping watches is not a number:
          metric  {metric}
          round   {round}
        A metric such as auc has no value where all labels are of one class: check the evaluated rows.
        """);

    public static XGBoostException NoModel(string source, string reason) => new(
        $"""
        The model cannot be trusted:
          model   {source}
          reason  {reason}
        Nothing of it was loaded. Kiln reads models of trees as XGBoost writes them in JSON.
        """);

    public static XGBoostException NoCheckpoint(string reason) => new(
        $"""
        The checkpoint cannot be gone on from:
          reason  {reason}
        Start the training anew, without it.
        """);

    public static XGBoostException NotResumable(string sampling) => new(
        $"""
        A training that samples by one running generator cannot be gone on with to the same bits:
          samples  {sampling}
        Set SeedEachRound, which seeds each round by itself, or make no checkpoints.
        """);

    public static XGBoostException BadFunction(string what, string reason) => new(
        $"""
        The {what} that was given cannot be used:
          reason  {reason}
        """);

    public static XGBoostException Disposed(string what) => new($"The {what} was disposed already; whoever disposed it owned it.");
}
