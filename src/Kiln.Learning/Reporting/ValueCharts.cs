using System.Text.Json.Nodes;

namespace Kiln.Learning.Reporting;

/// <summary>The pictures of values.</summary>
static class ValueCharts
{
    public static Chart Grid(ValueResults results) => new()
    {
        Name = "actual-predicted",
        Heading = "Actual against predicted",
        Caption = "How many test rows fall into each cell, stronger in colour for more; on the dashed line answers are right.",
        Columns =
        [
            new("predictedFrom", "Predicted from", ColumnFormat.Number), new("predictedTo", "to", ColumnFormat.Number),
            new("actualFrom", "Actual from", ColumnFormat.Number), new("actualTo", "to", ColumnFormat.Number), new("rows", "Rows", ColumnFormat.Count),
        ],
        Rows = [.. results.Grid.Select(cell => new object?[] { cell.AnsweredFrom, cell.AnsweredTo, cell.ActualFrom, cell.ActualTo, cell.Rows })],
        Marks = new JsonObject
        {
            ["low"] = results.Grid.Min(cell => Math.Min(cell.ActualFrom, cell.AnsweredFrom)),
            ["high"] = results.Grid.Max(cell => Math.Max(cell.ActualTo, cell.AnsweredTo)),
        },
    };

    public static Chart Residuals(ValueResults results) => new()
    {
        Name = "residuals",
        Heading = "Residuals",
        Caption = $"Actual value minus answer: how many rows are how far off. The mean (dashed) is {Written.Number(results.MeanResidual)}; above 0 answers are too low.",
        Columns = [new("from", "From", ColumnFormat.Number), new("to", "To", ColumnFormat.Number), new("rows", "Rows", ColumnFormat.Count)],
        Rows = [.. results.Residuals.Select(bin => new object?[] { bin.From, bin.To, bin.Rows })],
        Marks = new JsonObject { ["mean"] = results.MeanResidual },
    };

    public static Chart ByAnswer(ValueResults results) => new()
    {
        Name = "residual-bands",
        Heading = "Residuals by answer",
        Caption = "Actual value minus answer, for rows of like answers: the median, the half of the rows around it (stronger), and nine in ten (fainter).",
        Columns =
        [
            new("answer", "Mean answer", ColumnFormat.Number), new("rows", "Rows", ColumnFormat.Count), new("low", "5 % below", ColumnFormat.Number), new("lower", "25 % below", ColumnFormat.Number),
            new("median", "Median", ColumnFormat.Number), new("upper", "25 % above", ColumnFormat.Number), new("high", "5 % above", ColumnFormat.Number),
        ],
        Rows = [.. results.ByAnswer.Select(band => new object?[] { band.Answered, band.Rows, band.Low, band.LowerQuarter, band.Median, band.UpperQuarter, band.High })],
    };
}
