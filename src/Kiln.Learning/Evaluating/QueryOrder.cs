namespace Kiln.Learning.Evaluating;

/// <summary>
/// Rows of queries, each query's in falling order of their scores and again of their labels. In a query's figures rows of weight 0 are left out, and
/// the query counts with the mean weight of the others: queries are what is weighted, and what a bootstrap draws.
/// </summary>
sealed class QueryOrder
{
    readonly int[] starts; // of the queries, and the end
    readonly int[] byScore;
    readonly int[] byLabel;
    readonly ReadOnlyMemory<double> scores;
    readonly ReadOnlyMemory<double> labels;

    public QueryOrder(JudgedRows rows)
    {
        (scores, labels) = (rows.Answers, rows.Labels);
        var places = new ulong[rows.Rows];
        for (var row = 0; row < places.Length; row++)
        {
            if (rows.Groups.Span[row] < 0) throw EvaluatingErrors.Negative("query's number", row, rows.Groups.Span[row]);
            if (labels.Span[row] < 0) throw EvaluatingErrors.Negative("relevance", row, labels.Span[row]);
            places[row] = ((ulong)rows.Groups.Span[row] << 32) | (uint)row;
        }
        Array.Sort(places);
        byScore = Array.ConvertAll(places, place => (int)(uint)place);
        byLabel = [.. byScore];
        starts = [.. Enumerable.Range(0, places.Length).Where(i => i == 0 || places[i] >> 32 != places[i - 1] >> 32), places.Length];
        for (var query = 0; query + 1 < starts.Length; query++)
        {
            var (start, length) = (starts[query], starts[query + 1] - starts[query]);
            Sort(byScore.AsSpan(start, length), scores.Span);
            Sort(byLabel.AsSpan(start, length), labels.Span);
            Largest = Math.Max(Largest, length);
        }
    }

    /// <summary>Takes a query's rows that count: in falling order of their scores, of their labels, and the scores themselves.</summary>
    public delegate double Figure(QueryRows query);

    /// <summary>Rows of the largest query.</summary>
    public int Largest { get; }

    /// <summary>The mean of a figure over the queries that have rows which count; NaN where none has.</summary>
    public double Mean(ReadOnlySpan<double> weights, Figure figure)
    {
        var kept = System.Buffers.ArrayPool<int>.Shared.Rent(2 * Largest);
        double sum = 0, whole = 0;
        for (var query = 0; query + 1 < starts.Length; query++)
        {
            var rows = starts[query]..starts[query + 1];
            var count = Keep(byScore.AsSpan(rows), weights, kept);
            if (count == 0) continue;
            Keep(byLabel.AsSpan(rows), weights, kept.AsSpan(Largest));
            var weight = weights.IsEmpty ? 1 : MeanWeight(kept.AsSpan(0, count), weights);
            sum += weight * figure(new(kept.AsSpan(0, count), kept.AsSpan(Largest, count), scores.Span, labels.Span));
            whole += weight;
        }
        System.Buffers.ArrayPool<int>.Shared.Return(kept);
        return sum / whole;
    }

    static int Keep(ReadOnlySpan<int> rows, ReadOnlySpan<double> weights, Span<int> kept)
    {
        var count = 0;
        foreach (var row in rows)
            if (weights.IsEmpty || weights[row] > 0) kept[count++] = row;
        return count;
    }

    static double MeanWeight(ReadOnlySpan<int> rows, ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        foreach (var row in rows) sum += weights[row];
        return sum / rows.Length;
    }

    static void Sort(Span<int> rows, ReadOnlySpan<double> values)
    {
        Span<double> keys = rows.Length <= 512 ? stackalloc double[rows.Length] : new double[rows.Length];
        for (var i = 0; i < rows.Length; i++) keys[i] = -values[rows[i]];
        keys.Sort(rows);
    }
}

/// <summary>The rows of one query that count.</summary>
readonly ref struct QueryRows(ReadOnlySpan<int> byScore, ReadOnlySpan<int> byLabel, ReadOnlySpan<double> scores, ReadOnlySpan<double> labels)
{
    readonly ReadOnlySpan<int> byScore = byScore;
    readonly ReadOnlySpan<int> byLabel = byLabel;
    readonly ReadOnlySpan<double> scores = scores;
    readonly ReadOnlySpan<double> labels = labels;

    public int Count => byScore.Length;

    /// <summary>The label of the row that should stand at a rank, counted from 0.</summary>
    public double BestLabel(int rank) => labels[byLabel[rank]];

    /// <summary>The label of the row that stands at a rank, counted from 0.</summary>
    public double Label(int rank) => labels[byScore[rank]];

    /// <summary>The rank after the rows whose score is that of the row at this rank.</summary>
    public int EndOfTie(int rank)
    {
        var end = rank + 1;
        while (end < byScore.Length && scores[byScore[end]] == scores[byScore[rank]]) end++;
        return end;
    }
}
