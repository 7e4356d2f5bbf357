using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Labels and answers, read back from the table in which <see cref="EvaluateModel"/> keeps them.</summary>
/// <param name="Labels">Each row's label: the class's number, or the value.</param>
/// <param name="Predictions">Each row's answer.</param>
sealed record AnsweredRows(float[] Labels, Predictions Predictions)
{
    /// <summary>The class that all rows are of; null where there are several, or where they are of none.</summary>
    public string? OnlyClass => Predictions.Target.Task != LearningTask.Regression && Labels.Length > 0 && !Labels.AsSpan().ContainsAnyExcept(Labels[0]) ? Predictions.Target.Classes[(int)Labels[0]] : null;

    public static AnsweredRows Read(Table answers, Target target)
    {
        var columns = PredictionColumns.NamesOf(target);
        var rows = answers.ReadColumns([target.Column, .. columns]);
        var values = new float[rows.RowCount * target.Outputs];
        for (var output = 0; output < columns.Length; output++)
        {
            var column = rows.Values<float>(columns[output]).Span;
            for (var row = 0; row < column.Length; row++) values[(row * target.Outputs) + output] = column[row];
        }
        return new(target.Read(rows), new Predictions(target, values));
    }
}
