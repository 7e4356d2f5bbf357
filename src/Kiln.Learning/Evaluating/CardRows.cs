namespace Kiln.Learning.Evaluating;

/// <summary>Scored transactions of cards, column by column: one entry a transaction in each, in the same order.</summary>
public readonly ref struct CardRows
{
    /// <summary>The day of the transaction.</summary>
    public required ReadOnlySpan<DateOnly> Days { get; init; }

    /// <summary>The card (in the fraud pipeline: the customer).</summary>
    public required ReadOnlySpan<long> Cards { get; init; }

    /// <summary>The transaction's score; higher means more suspicious.</summary>
    public required ReadOnlySpan<double> Scores { get; init; }

    /// <summary>Whether the transaction is fraud.</summary>
    public required ReadOnlySpan<bool> Labels { get; init; }

    internal readonly record struct Card(long Id, double Score, bool Compromised);

    internal void Check()
    {
        ScoredRows.Check(Scores, Labels);
        if (Days.Length != Scores.Length) throw EvaluatingErrors.LengthsDiffer("days", Days.Length, "scores", Scores.Length);
        if (Cards.Length != Scores.Length) throw EvaluatingErrors.LengthsDiffer("cards", Cards.Length, "scores", Scores.Length);
    }

    /// <summary>Each day's cards with their highest score, days in order; cards in no particular order.</summary>
    internal SortedDictionary<DateOnly, IEnumerable<Card>> CardsByDay()
    {
        var days = new Dictionary<DateOnly, Dictionary<long, Card>>();
        for (var row = 0; row < Scores.Length; row++)
        {
            if (!days.TryGetValue(Days[row], out var cards)) days.Add(Days[row], cards = []);
            var card = cards.GetValueOrDefault(Cards[row], new Card(Cards[row], double.NegativeInfinity, false));
            cards[Cards[row]] = card with { Score = Math.Max(card.Score, Scores[row]), Compromised = card.Compromised || Labels[row] };
        }
        return new(days.ToDictionary(day => day.Key, day => day.Value.Values.AsEnumerable()));
    }
}
