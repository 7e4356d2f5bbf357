using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Labels and answers, read back from the table in which <see cref="EvaluateModel"/> or <see cref="ScoreFold"/> keeps them.</summary>
/// <param name="Labels">Each row's label: the class's number, or the value.</param>
/// <param name="Predictions">Each row's answer.</param>
/// <param name="Weights">How much each row counts; empty: all the same.</param>
sealed record AnsweredRows(float[] Labels, Predictions Predictions, float[] Weights)
{
    /// <summary>The class that all rows are of; null where there are several, or where they are of none.</summary>
    public string? OnlyClass => Predictions.Target.Task != LearningTask.Regression && Labels.Length > 0 && !Labels.AsSpan().ContainsAnyExcept(Labels[0]) ? Predictions.Target.Classes[(int)Labels[0]] : null;

    /// <summary>Answers beside what was true.</summary>
    public JudgedRows Judged => JudgedRows.Of(Predictions, Labels, Weights);

    /// <summary>What <see cref="Read"/> reads, as columns.</summary>
    public static ImmutableArray<Column> ColumnsOf(LearningProblem problem, Examples rows, Predictions predictions)
    {
        var columns = PredictionColumns.Of(problem, rows, predictions);
        return problem.Weight is { } weight && columns.All(column => column.Schema.Name != weight) ? [rows.Columns[weight], .. columns] : columns;
    }

    public static AnsweredRows Read(Table answers, Target target, string? weight = null)
    {
        var columns = PredictionColumns.NamesOf(target);
        var rows = answers.ReadColumns([target.Column, .. columns, .. weight is null ? Array.Empty<string>() : [weight]]);
        var values = new float[rows.RowCount * target.Outputs];
        for (var output = 0; output < columns.Length; output++)
        {
            var column = rows.Values<float>(columns[output]).Span;
            for (var row = 0; row < column.Length; row++) values[(row * target.Outputs) + output] = column[row];
        }
        return new(target.Read(rows), new Predictions(target, values), weight is null ? [] : Array.ConvertAll(rows[weight].ToDoubles(), value => (float)value));
    }
}
