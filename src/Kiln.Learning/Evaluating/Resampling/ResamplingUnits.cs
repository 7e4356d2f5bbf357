using Kiln.Learning.Training;

namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>
/// What a bootstrap draws again and again: single rows, or clusters, such as all rows of a customer, that are drawn whole because their rows are alike. With
/// strata each of them keeps its number of units, as when a sample was drawn so on purpose.
/// </summary>
public sealed class ResamplingUnits
{
    readonly int[]? clusterOf; // by row, from 0; null where each row is a unit of its own
    readonly int[][]? strata; // the units of each; null for one of all units
    readonly double[]? own; // the rows' own weights; null where each counts 1

    ResamplingUnits(int rows, int count, int[]? clusterOf, int[][]? strata = null, double[]? own = null)
    {
        (Rows, Count) = (rows, count);
        (this.clusterOf, this.strata, this.own) = (clusterOf, strata, own);
    }

    /// <summary>How many rows there are; at least 1.</summary>
    public int Rows { get; }

    /// <summary>How many units there are: rows or clusters.</summary>
    public int Count { get; }

    /// <summary>Whether rows are drawn by clusters.</summary>
    public bool AreClusters => clusterOf is not null;

    /// <summary>Room that <see cref="Draw"/> needs: weights of rows, and after them those of clusters.</summary>
    internal int Room => Rows + (clusterOf is null ? 0 : Count);

    /// <summary>The units of each stratum.</summary>
    internal int[][] Strata => strata ?? [[.. Enumerable.Range(0, Count)]];

    /// <summary>Each row on its own.</summary>
    /// <exception cref="KilnException">There are none.</exception>
    public static ResamplingUnits OfRows(int rows) => rows < 1 ? throw ResamplingErrors.NoRows() : new(rows, rows, null);

    /// <summary>Rows that have the same number belong together.</summary>
    /// <param name="clusters">Any number a row.</param>
    /// <exception cref="KilnException">There are no rows.</exception>
    public static ResamplingUnits OfClusters(ReadOnlySpan<int> clusters)
    {
        if (clusters.IsEmpty) throw ResamplingErrors.NoRows();
        var known = new Dictionary<int, int>();
        var clusterOf = new int[clusters.Length];
        for (var row = 0; row < clusterOf.Length; row++)
        {
            if (!known.TryGetValue(clusters[row], out var number)) known.Add(clusters[row], number = known.Count);
            clusterOf[row] = number;
        }
        return new(clusterOf.Length, known.Count, clusterOf);
    }

    /// <summary>The same units, drawn within strata.</summary>
    /// <param name="stratumOf">Any number a row, such as its class.</param>
    /// <exception cref="KilnException">There is not one number a row, or a cluster's rows differ.</exception>
    public ResamplingUnits Within(ReadOnlySpan<int> stratumOf)
    {
        if (stratumOf.Length != Rows) throw ResamplingErrors.LengthsDiffer("strata", Rows, stratumOf.Length);
        var stratumOfUnit = new int?[Count];
        for (var row = 0; row < Rows; row++)
        {
            ref var stratum = ref stratumOfUnit[UnitOf(row)];
            stratum ??= stratumOf[row];
            if (stratum != stratumOf[row]) throw ResamplingErrors.ClusterInTwoStrata(row, stratum.Value, stratumOf[row]);
        }
        return new(Rows, Count, clusterOf, [.. Enumerable.Range(0, Count).GroupBy(unit => stratumOfUnit[unit]).OrderBy(stratum => stratum.Key).Select(stratum => stratum.ToArray())], own);
    }

    /// <summary>The same units, drawn within two classes.</summary>
    /// <param name="labels">One label a row.</param>
    /// <exception cref="KilnException">There is not one label a row, or a cluster has rows of both classes.</exception>
    public ResamplingUnits Within(ReadOnlySpan<bool> labels)
    {
        var classes = new int[labels.Length];
        for (var row = 0; row < classes.Length; row++) classes[row] = labels[row] ? 1 : 0;
        return Within(classes);
    }

    /// <summary>The same units, of rows that count as much as their weights say, each time they are drawn.</summary>
    /// <param name="weights">One weight a row, from 0; none: each counts 1.</param>
    /// <exception cref="KilnException">There is not one weight a row.</exception>
    public ResamplingUnits Weighted(ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != Rows) throw ResamplingErrors.LengthsDiffer("weights", Rows, weights.Length);
        return new(Rows, Count, clusterOf, strata, weights.IsEmpty ? null : weights.ToArray());
    }

    internal int UnitOf(int row) => clusterOf is null ? row : clusterOf[row];

    /// <summary>Draws as many units as there are, with replacement: weights say how often each row came.</summary>
    /// <param name="order">Random numbers of this resample alone.</param>
    /// <param name="room">Of <see cref="Room"/>; begins with the rows' weights afterwards.</param>
    internal void Draw(RowOrder order, Span<double> room)
    {
        room.Clear();
        var counts = room[^Count..];
        if (strata is null)
        {
            for (var i = 0; i < counts.Length; i++) counts[(int)order.Below((uint)counts.Length)]++;
        }
        else
        {
            foreach (var units in strata)
                for (var i = 0; i < units.Length; i++) counts[units[order.Below((uint)units.Length)]]++;
        }
        if (clusterOf is not null)
        {
            for (var row = 0; row < clusterOf.Length; row++) room[row] = counts[clusterOf[row]];
        }
        if (own is null) return;
        for (var row = 0; row < own.Length; row++) room[row] *= own[row];
    }

    /// <summary>The rows' weights as they are, but 0 for those of a group of units.</summary>
    /// <param name="groupOf">Each unit's group.</param>
    /// <param name="group">The group that is left out; one that none has leaves nothing out.</param>
    /// <param name="weights">Takes one a row.</param>
    internal void LeaveOut(ReadOnlySpan<int> groupOf, int group, Span<double> weights)
    {
        for (var row = 0; row < weights.Length; row++) weights[row] = groupOf[UnitOf(row)] == group ? 0 : own is null ? 1 : own[row];
    }

    /// <summary>The rows' weights as they are.</summary>
    internal double[] Weights()
    {
        var weights = own ?? new double[Rows];
        if (own is null) weights.AsSpan().Fill(1);
        return weights;
    }
}
