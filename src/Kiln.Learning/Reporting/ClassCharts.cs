namespace Kiln.Learning.Reporting;

/// <summary>The pictures of several classes.</summary>
static class ClassCharts
{
    /// <summary>Room for a class's bars, and for the axis.</summary>
    const int PerClass = 34, ForAxis = 40;

    public static Chart PrecisionAndRecall(ClassResults results) => new()
    {
        Name = "classes",
        Heading = "Precision and recall by class",
        Caption = "Of the answers with a class, the share that is right (precision); of a class's rows, the share that was found (recall).",
        Height = ForAxis + (PerClass * results.Classes.Length),
        Columns =
        [
            new("class", "Class", ColumnFormat.Text), new("rows", "Rows", ColumnFormat.Count), new("answered", "Answered", ColumnFormat.Count), new("right", "Right", ColumnFormat.Count),
            new("precision", "Precision", ColumnFormat.Measure), new("recall", "Recall", ColumnFormat.Measure), new("f1", "F1", ColumnFormat.Measure),
        ],
        Rows = [.. results.Classes.Select(of => new object?[] { of.Name, of.Rows, of.Answered, of.Right, of.Precision, of.Recall, of.F1 })],
    };
}
