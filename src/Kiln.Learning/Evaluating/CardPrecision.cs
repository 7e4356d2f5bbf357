using System.Collections.Immutable;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>One day's alerts: the cards an investigation team would look at.</summary>
public sealed record DailyCardPrecision
{
    /// <summary>The day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Cards ranked: those with a transaction that day, less those found on earlier days.</summary>
    public required int Cards { get; init; }

    /// <summary>Ranked cards that really are compromised that day.</summary>
    public required int Compromised { get; init; }

    /// <summary>Compromised cards among the top k.</summary>
    public required int Found { get; init; }

    /// <summary>Found cards as a share of k.</summary>
    public required double Precision { get; init; }

    /// <summary>The most that any ranking could reach that day: there may be fewer than k compromised cards.</summary>
    public required double Attainable { get; init; }
}

/// <summary>
/// Card Precision@k (Le Borgne et al., Fraud Detection Handbook, chapter 4). Each day a card's score is its highest transaction
/// score, and it is compromised when any of its transactions is fraud. Cards found on an earlier day (ranked among that day's
/// top k and compromised) are dropped, the k highest remain, and the day's precision is the share of k that is compromised,
/// also on a day with fewer than k cards. Cards of equal score are ranked by card id, the lower first.
/// </summary>
public sealed record CardPrecision
{
    /// <summary>How many cards can be looked at in a day.</summary>
    public required int K { get; init; }

    /// <summary>Mean of the days' precision, each day counting the same.</summary>
    public required double Mean { get; init; }

    /// <summary>Each day that has rows, in order.</summary>
    public required ImmutableArray<DailyCardPrecision> Days { get; init; }

    /// <summary>Ranks each day's cards, each counting once.</summary>
    /// <param name="rows">Scored transactions of two classes with their <see cref="JudgedRows.Days"/>, counted from 1970, and <see cref="JudgedRows.Cards"/>, in any order.</param>
    /// <param name="k">How many cards can be looked at in a day, at least 1.</param>
    public static CardPrecision Of(JudgedRows rows, int k = 100)
    {
        if (k < 1) throw EvaluatingErrors.NotPositive("number of cards a day", k);
        var metric = new CardPrecisionAt(k);
        var order = metric.OrderOf(rows);
        var days = ImmutableArray.CreateBuilder<DailyCardPrecision>();
        order.Walk(k, [], (day, ranked, compromised, found) => days.Add(new()
        {
            Day = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day),
            Cards = (int)ranked,
            Compromised = (int)compromised,
            Found = (int)found,
            Precision = found / k,
            Attainable = Math.Min(compromised, k) / k,
        }));
        return new CardPrecision { K = k, Mean = days.Average(day => day.Precision), Days = days.ToImmutable() };
    }
}

/// <summary>Card precision@k as a metric: <see cref="CardPrecision"/>'s mean.</summary>
/// <param name="k">How many cards can be looked at in a day.</param>
sealed class CardPrecisionAt(int k) : Metric
{
    public override string Name => $"card precision@{k}";

    public override RowFacts RowFacts => RowFacts.Time | RowFacts.Card;

    protected override string Needs => "rows that count";

    public override bool AppliesTo(LearningTask task) => task == LearningTask.Binary;

    /// <summary>Rows in the order in which they are looked at.</summary>
    public CardOrder OrderOf(JudgedRows rows)
    {
        if (!AppliesTo(rows.Task)) throw EvaluatingErrors.NotForTask(Name, rows.Task);
        rows.Check();
        if (rows.Days.IsEmpty) throw EvaluatingErrors.NoColumn(Name, "day");
        if (rows.Cards.IsEmpty) throw EvaluatingErrors.NoColumn(Name, "card");
        return new(rows);
    }

    protected override Statistic Prepare(JudgedRows rows)
    {
        var order = OrderOf(rows);
        return weights =>
        {
            var (days, found) = (0, 0.0);
            order.Walk(k, weights, (_, _, _, hits) => (days, found) = (days + 1, found + hits));
            return found / k / days;
        };
    }
}
