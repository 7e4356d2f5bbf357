using System.Collections.Immutable;

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

    /// <summary>Ranks each day's cards.</summary>
    /// <param name="rows">The transactions, in any order.</param>
    /// <param name="k">How many cards can be looked at in a day, at least 1.</param>
    public static CardPrecision Of(CardRows rows, int k = 100)
    {
        if (k < 1) throw EvaluatingErrors.NotPositive("number of cards a day", k);
        rows.Check();
        var found = new HashSet<long>();
        var days = ImmutableArray.CreateBuilder<DailyCardPrecision>();
        foreach (var (day, cards) in rows.CardsByDay())
        {
            var ranked = cards.Where(card => !found.Contains(card.Id)).OrderByDescending(card => card.Score).ThenBy(card => card.Id).ToList();
            var hits = ranked.Take(k).Where(card => card.Compromised).ToList();
            var compromised = ranked.Count(card => card.Compromised);
            days.Add(new DailyCardPrecision
            {
                Day = day,
                Cards = ranked.Count,
                Compromised = compromised,
                Found = hits.Count,
                Precision = (double)hits.Count / k,
                Attainable = (double)Math.Min(compromised, k) / k,
            });
            found.UnionWith(hits.Select(card => card.Id));
        }
        return new CardPrecision { K = k, Mean = days.Average(day => day.Precision), Days = days.ToImmutable() };
    }
}
