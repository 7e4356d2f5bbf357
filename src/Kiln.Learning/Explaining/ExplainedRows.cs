using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Explaining;

/// <summary>Rows that a model is explained by; best such that it has not learned from.</summary>
public sealed record ExplainedRows
{
    /// <summary>The rows as they came, with every column that the model reads.</summary>
    public required TableColumns Columns { get; init; }

    /// <summary>What is true of each row, and what else metrics need: weights, queries, cards. The answers in it are not read: the model is asked.</summary>
    public required JudgedRows Judged { get; init; }

    /// <summary>Rows whose means are the baseline of contributions, such as the training rows; null: the rows themselves.</summary>
    public TableColumns? Reference { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Columns.RowCount;

    /// <summary>Rows with their labels; weights count in the metric.</summary>
    /// <exception cref="KilnException">They are of another target than the model.</exception>
    public static ExplainedRows Of(Model model, Examples rows)
    {
        var (one, other) = (model.Target, rows.Target);
        if (one.Task != other.Task || !one.Classes.SequenceEqual(other.Classes)) throw ExplainingErrors.OtherTarget($"{one.Column} ({one.Task})", $"{other.Column} ({other.Task})");
        return new()
        {
            Columns = rows.Columns,
            Judged = new() { Task = one.Task, Outputs = one.Outputs, Answers = default, Labels = Doubles(rows.Labels), Weights = Doubles(rows.Weights), Days = rows.Days },
        };

        static double[] Doubles(ReadOnlyMemory<float> values) => Array.ConvertAll(values.ToArray(), value => (double)value);
    }

    /// <summary>Some of the rows, in this order.</summary>
    internal ExplainedRows Take(ReadOnlySpan<int> rows) => new() { Columns = Columns.Take(rows), Judged = Judged.Where(rows), Reference = Reference };

    /// <summary>These rows, unless the model cannot be explained by them.</summary>
    internal ExplainedRows Checked(Model model)
    {
        if (Rows == 0) throw ExplainingErrors.NoRows();
        if (Judged.Rows != Rows) throw EvaluatingErrors.LengthsDiffer("rows", Rows, "labels", Judged.Rows);
        if (Judged.Task != model.Target.Task || Judged.Outputs != model.Target.Outputs)
            throw ExplainingErrors.OtherTarget($"{model.Target.Task}, {model.Target.Outputs} answers a row", $"{Judged.Task}, {Judged.Outputs} answers a row");
        return this;
    }

    /// <summary>What is true of the rows, beside these answers.</summary>
    internal JudgedRows With(Predictions predictions) => Judged with { Answers = Array.ConvertAll(predictions.Values.ToArray(), value => (double)value) };
}
