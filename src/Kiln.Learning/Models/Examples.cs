using Kiln.Data;

namespace Kiln.Learning.Models;

/// <summary>Rows with their answers, in memory.</summary>
public sealed record Examples
{
    // Losses, and gradients, are multiplied by weights and summed in single precision, which ends at 3.4e38.
    internal const double MostWeight = 1e30;

    /// <summary>The rows' columns, as they came.</summary>
    public required TableColumns Columns { get; init; }

    /// <summary>What is learned.</summary>
    public required Target Target { get; init; }

    /// <summary>Each row's label: the class's number, or the value.</summary>
    public required ReadOnlyMemory<float> Labels { get; init; }

    /// <summary>How much each row counts, from 0; empty: all the same.</summary>
    public ReadOnlyMemory<float> Weights { get; init; }

    /// <summary>What each row's label is divided by before it is learned; empty: nothing.</summary>
    public ReadOnlyMemory<float> Exposures { get; init; }

    /// <summary>Each row's day, by number; empty where rows have no time.</summary>
    public ReadOnlyMemory<int> Days { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>Takes labels and weights out of the columns.</summary>
    /// <exception cref="KilnException">A column is missing, or a label or weight has no meaning.</exception>
    public static Examples Of(TableColumns columns, Target target, string? weightColumn = null) => new()
    {
        Columns = columns,
        Target = target,
        Labels = target.Read(columns),
        Weights = weightColumn is null ? default : ReadWeights(columns, weightColumn),
        Exposures = target.ReadExposures(columns),
    };

    /// <summary>Some of the rows, in this order.</summary>
    public Examples Take(ReadOnlySpan<int> rows)
    {
        return this with { Columns = Columns.Take(rows), Labels = Gather(Labels, rows), Weights = Gather(Weights, rows), Exposures = Gather(Exposures, rows), Days = Gather(Days, rows) };

        static T[] Gather<T>(ReadOnlyMemory<T> values, ReadOnlySpan<int> rows)
        {
            if (values.IsEmpty) return [];
            var taken = new T[rows.Length];
            for (var i = 0; i < taken.Length; i++) taken[i] = values.Span[rows[i]];
            return taken;
        }
    }

    /// <summary>These rows, unless they cannot be learned from.</summary>
    /// <exception cref="KilnException">There is no row, a classification has rows of one class only, or weights, or the target, have no meaning.</exception>
    internal Examples Checked(string which)
    {
        Target.Check();
        if (Rows == 0) throw ModelErrors.NoRows(which);
        if (Columns.RowCount != Rows) throw ModelErrors.LengthsDiffer(which, "labels", Rows, Columns.RowCount);
        if (!Weights.IsEmpty && Weights.Length != Rows) throw ModelErrors.LengthsDiffer(which, "weights", Weights.Length, Rows);
        if (!Exposures.IsEmpty && Exposures.Length != Rows) throw ModelErrors.LengthsDiffer(which, "exposures", Exposures.Length, Rows);
        CheckWeights(which);
        if (Target.Task == LearningTask.Regression) return this;
        for (var row = 0; row < Rows; row++)
            if (!(Labels.Span[row] >= 0 && Labels.Span[row] < Target.Classes.Length && Labels.Span[row] % 1 == 0)) throw ModelErrors.NotAClass(Target.Column, row, $"{Labels.Span[row]}", Target.Classes);
        var first = Labels.Span[0];
        if (!Labels.Span.ContainsAnyExcept(first)) throw ModelErrors.OneClass(which, Rows, Target.Classes[(int)first]);
        CheckWeightsOfClasses(which);
        return this;
    }

    void CheckWeights(string which)
    {
        if (Weights.IsEmpty) return;
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            if (!(Weights.Span[row] >= 0 && float.IsFinite(Weights.Span[row]))) throw ModelErrors.BadWeight(which, row, Weights.Span[row]);
            sum += Weights.Span[row];
        }
        if (sum == 0) throw ModelErrors.NoWeight(which, Rows);
        if (sum > MostWeight) throw ModelErrors.HeavyWeights(which, Rows, sum, MostWeight);
    }

    void CheckWeightsOfClasses(string which)
    {
        if (Weights.IsEmpty) return;
        var first = Weights.Span.IndexOfAnyExcept(0f);
        for (var row = first; row < Rows; row++)
            if (Weights.Span[row] > 0 && Labels.Span[row] != Labels.Span[first]) return;
        throw ModelErrors.OneClassCounts(which, Rows, Target.Classes[(int)Labels.Span[first]]);
    }

    /// <summary>Labels as they are learned.</summary>
    internal float[] LearnedLabels()
    {
        var learned = new float[Rows];
        for (var row = 0; row < learned.Length; row++)
        {
            learned[row] = Target.ToLearned(Labels.Span[row], Exposures.IsEmpty ? 1 : Exposures.Span[row]);
            if (!float.IsFinite(learned[row])) throw ModelErrors.NotANumber(Target.Column, row, $"{Labels.Span[row]} ({Target.Transform})");
        }
        return learned;
    }

    static float[] ReadWeights(TableColumns columns, string name)
    {
        var weights = columns[name].ToDoubles();
        for (var row = 0; row < weights.Length; row++)
            if (!(float.IsFinite((float)weights[row]) && weights[row] >= 0)) throw ModelErrors.NotAWeight(name, row, weights[row]);
        return Array.ConvertAll(weights, weight => (float)weight);
    }
}
