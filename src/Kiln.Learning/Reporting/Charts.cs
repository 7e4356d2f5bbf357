using System.Text.Json.Nodes;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Reporting;

/// <summary>The pictures of two classes, of cards and of runs. What they look like stands in the specifications among the templates.</summary>
static class Charts
{
    /// <summary>
    /// The cost curve (Drummond and Holte 2006): the expected cost, of the most there can be, where misses bear a share w of it, is w · FNR + (1 − w) · FPR; the best
    /// threshold has the least of these.
    /// </summary>
    public static Chart Cost(BinaryEvaluation evaluation)
    {
        const int Steps = 50;
        var stated = evaluation.AtThreshold;
        return new()
        {
            Name = "cost",
            Heading = "Cost curve",
            Caption = "What answers cost, whatever errors cost: to the right misses weigh more (a miss is dearer, or positives are frequent), to the left false alarms. "
                + $"Equal costs and this share of positives lie at {(double)evaluation.Positives / evaluation.Rows:0.000}. Where the stated threshold's line lies above the best one's, another threshold would cost less.",
            Columns = [new("weight", "Share of the cost that misses bear", ColumnFormat.Measure), new("best", "Best threshold", ColumnFormat.Measure), new("stated", "Stated threshold", ColumnFormat.Measure), new("trivial", "No model", ColumnFormat.Measure)],
            Rows = [.. Enumerable.Range(0, Steps + 1).Select(step => (double)step / Steps).Select(weight => new object?[]
            {
                weight,
                evaluation.Roc.Min(point => ExpectedCost(weight, 1 - point.Y, point.X)),
                ExpectedCost(weight, 1 - stated.Recall, stated.FalsePositiveRate),
                Math.Min(weight, 1 - weight),
            })],
        };

        static double ExpectedCost(double weight, double missed, double falseAlarms) => (weight * missed) + ((1 - weight) * falseAlarms);
    }

    public static Chart Scores(BinaryEvaluation evaluation)
    {
        var negatives = evaluation.Rows - evaluation.Positives;
        return new()
        {
            Name = "scores",
            Heading = "Score distribution",
            Caption = "How many rows of each class score in each fortieth of the range, on a logarithmic axis; an empty fortieth lies on its floor. The dashed line is the stated threshold.",
            Columns =
            [
                new("from", "From", ColumnFormat.Measure), new("to", "To", ColumnFormat.Measure),
                new("negatives", $"Negatives ({negatives:N0})", ColumnFormat.Count), new("positives", $"Positives ({evaluation.Positives:N0})", ColumnFormat.Count),
            ],
            Rows = [.. evaluation.Scores.Select(bin => new object?[] { bin.Above, bin.UpTo, bin.Negatives, bin.Positives })],
            Marks = new JsonObject { ["threshold"] = evaluation.AtThreshold.Threshold },
        };
    }

    public static Chart Cards(CardPrecision cards) => new()
    {
        Name = "card-precision",
        Heading = $"Card Precision@{cards.K}, day by day",
        Caption = $"Share of the {cards.K} highest-ranked cards that really are compromised; mean {cards.Mean:0.000} (dashed). The tick above each bar is the most that could be reached.",
        Columns =
        [
            new("day", "Day", ColumnFormat.Text), new("cards", "Cards", ColumnFormat.Count), new("compromised", "Compromised", ColumnFormat.Count),
            new("found", "Found", ColumnFormat.Count), new("precision", "Precision", ColumnFormat.Measure), new("attainable", "Attainable", ColumnFormat.Measure),
        ],
        Rows = [.. cards.Days.Select(day => new object?[] { $"{day.Day:yyyy-MM-dd}", day.Cards, day.Compromised, day.Found, day.Precision, day.Attainable })],
        Marks = new JsonObject { ["mean"] = cards.Mean },
    };

    public static Chart Timeline(RunTimeline timeline) => new()
    {
        Name = "timeline",
        Heading = "Timeline",
        Caption = "When each stage worked, in seconds since the run began. A stage that was up to date took no time.",
        Marks = new JsonObject { ["end"] = RoomForWords * timeline.Bars.Select(bar => bar.To).DefaultIfEmpty(1).Max() },
        Columns =
        [
            new("stage", "Stage", ColumnFormat.Text), new("from", "From", ColumnFormat.Seconds),
            new("to", "To", ColumnFormat.Seconds), new("state", "Outcome", ColumnFormat.Text),
        ],
        Height = 50 + (26 * timeline.Bars.Length),
        Rows = [.. timeline.Bars.Select(bar => new object?[] { bar.Stage, bar.From, bar.To, StageWords.Of(bar.State) })],
    };

    /// <summary>How far the time axis goes beyond the last bar, for the outcome is written behind each.</summary>
    const double RoomForWords = 1.2;
}
