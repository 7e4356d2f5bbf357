using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>Area under the ROC curve, of two classes: the chance that a positive scores above a negative.</summary>
sealed class AreaUnderRoc : Metric
{
    public override string Name => "AUC ROC";

    protected override string Needs => "rows of both classes";

    public override bool AppliesTo(LearningTask task) => task == LearningTask.Binary;

    protected override Statistic Prepare(JudgedRows rows) => ScoreOrder.Of(rows.Answers.Span, rows.Labels.Span, 1).AreaUnderRoc;
}

/// <summary>Average precision, of two classes: the mean precision over all thresholds, weighted by the recall that each adds.</summary>
sealed class AveragePrecision : Metric
{
    public override string Name => "average precision";

    protected override string Needs => "positive rows";

    public override bool AppliesTo(LearningTask task) => task == LearningTask.Binary;

    protected override Statistic Prepare(JudgedRows rows) => ScoreOrder.Of(rows.Answers.Span, rows.Labels.Span, 1).AveragePrecision;
}

/// <summary>Of the k rows with the highest scores, the share that is positive.</summary>
sealed class PrecisionAt(int k) : Metric
{
    public override string Name => $"precision@{k}";

    public override int LeastRows => k;

    protected override string Needs => $"{k:N0} rows at least";

    public override bool AppliesTo(LearningTask task) => task == LearningTask.Binary;

    protected override Statistic Prepare(JudgedRows rows)
    {
        var order = ScoreOrder.Of(rows.Answers.Span, rows.Labels.Span, 1);
        return weights => order.PrecisionAt(k, weights);
    }
}
