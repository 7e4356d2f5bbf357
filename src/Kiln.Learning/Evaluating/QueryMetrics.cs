using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>A metric of how well each query's rows are ranked, as a mean over the queries.</summary>
abstract class QueryMetric : Metric
{
    public override RowFacts RowFacts => RowFacts.Query;

    protected override string Needs => "rows that count";

    public override bool AppliesTo(LearningTask task) => task != LearningTask.MultiClass;

    protected sealed override Statistic Prepare(JudgedRows rows)
    {
        if (rows.Groups.IsEmpty) throw EvaluatingErrors.NoColumn(Name, "query");
        var order = new QueryOrder(rows);
        var figure = FigureOf(order.Largest);
        return weights => order.Mean(weights, figure);
    }

    /// <summary>What is computed of a query.</summary>
    /// <param name="largest">Rows of the largest query.</param>
    protected abstract QueryOrder.Figure FigureOf(int largest);

    protected static string At(int? k) => k is null ? "" : $"@{k}";
}

/// <summary>
/// Normalized discounted cumulative gain: Σ gain / log₂(1 + rank) over the first k rows, as a share of the most it could be (Järvelin and Kekäläinen 2002). Rows of
/// equal score count as the mean over their orders (McSherry and Najork 2008), as in scikit-learn's <c>ndcg_score</c>. A query without
/// gain counts 0.
/// </summary>
/// <param name="k">How many rows are looked at; null: all.</param>
/// <param name="isExponential">Whether a row's gain is 2^relevance − 1 (Burges et al. 2005), not the relevance itself.</param>
sealed class Ndcg(int? k, bool isExponential) : QueryMetric
{
    public override string Name => (isExponential ? "exponential NDCG" : "NDCG") + At(k);

    protected override QueryOrder.Figure FigureOf(int largest)
    {
        // What the discounts of the ranks before each come to.
        var discounts = new double[largest + 1];
        for (var rank = 0; rank < largest; rank++) discounts[rank + 1] = discounts[rank] + (rank < (k ?? int.MaxValue) ? 1 / Math.Log2(rank + 2) : 0);
        return query => Of(query, discounts);
    }

    double Of(QueryRows query, ReadOnlySpan<double> discounts)
    {
        double gained = 0, best = 0;
        for (int rank = 0, end; rank < query.Count; rank = end)
        {
            end = query.EndOfTie(rank);
            var tied = 0.0;
            for (var i = rank; i < end; i++) tied += Gain(query.Label(i));
            gained += tied / (end - rank) * (discounts[end] - discounts[rank]);
        }
        for (var rank = 0; rank < query.Count; rank++) best += Gain(query.BestLabel(rank)) * (discounts[rank + 1] - discounts[rank]);
        return best == 0 ? 0 : gained / best;
    }

    double Gain(double relevance) => isExponential ? double.Exp2M1(relevance) : relevance;
}

/// <summary>
/// Mean reciprocal rank of each query's first row that is relevant: whose label is above 0. Rows of equal score count as the mean over their orders; a
/// query without relevant rows, or with none among the first k, counts 0.
/// </summary>
/// <param name="k">How many rows are looked at; null: all.</param>
sealed class MeanReciprocalRank(int? k) : QueryMetric
{
    public override string Name => "MRR" + At(k);

    protected override QueryOrder.Figure FigureOf(int largest) => Of;

    double Of(QueryRows query)
    {
        for (int rank = 0, end; rank < query.Count; rank = end)
        {
            end = query.EndOfTie(rank);
            var relevant = 0;
            for (var i = rank; i < end; i++)
                if (query.Label(i) > 0) relevant++;
            if (relevant > 0) return Expected(rank, end - rank, relevant);
        }
        return 0;
    }

    /// <summary>The mean of 1 / rank of the first relevant row over the orders of tied rows.</summary>
    double Expected(int before, int tied, int relevant)
    {
        var sum = 0.0;
        var chance = (double)relevant / tied; // that the first relevant one is the next of the tied
        for (var next = 1; next <= tied - relevant + 1 && before + next <= (k ?? int.MaxValue); next++)
        {
            sum += chance / (before + next);
            chance *= (double)(tied - relevant - next + 1) / (tied - next);
        }
        return sum;
    }
}
