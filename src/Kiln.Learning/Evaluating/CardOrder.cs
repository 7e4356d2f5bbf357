using System.Buffers;

namespace Kiln.Learning.Evaluating;

/// <summary>Transactions of cards ordered by day, in it from the highest score down, in that by card: a day's cards come in the order in which they are looked at.</summary>
sealed class CardOrder
{
    readonly int[] order; // rows
    readonly int[] cards; // in that order, from here on: numbered from 0
    readonly int[] cardDays; // a card's transactions of one day, numbered from 0
    readonly int[] days;
    readonly bool[] frauds;

    public CardOrder(JudgedRows rows)
    {
        order = [.. Enumerable.Range(0, rows.Rows)];
        Array.Sort(order, (one, other) => (rows.Days.Span[one], -rows.Answers.Span[one], rows.Cards.Span[one], one).CompareTo((rows.Days.Span[other], -rows.Answers.Span[other], rows.Cards.Span[other], other)));
        days = Array.ConvertAll(order, row => rows.Days.Span[row]);
        frauds = Array.ConvertAll(order, row => rows.Labels.Span[row] == 1);
        cards = Numbered(order, row => rows.Cards.Span[row]);
        cardDays = Numbered(order, row => (rows.Days.Span[row], rows.Cards.Span[row]));
    }

    /// <summary>Takes a day, and how many cards are ranked on it, are compromised, and are among the k highest and compromised.</summary>
    public delegate void Day(int day, double ranked, double compromised, double found);

    /// <summary>
    /// Goes through the days. A transaction of weight 0 is left out. A card counts on a day as often as its highest transaction: where cards are drawn
    /// with all their transactions, one that was drawn twice takes two of the k places, as two such cards would.
    /// </summary>
    public void Walk(int k, ReadOnlySpan<double> weights, Day each)
    {
        var found = ArrayPool<bool>.Shared.Rent(order.Length);
        var states = ArrayPool<CardState>.Shared.Rent(order.Length);
        found.AsSpan(0, order.Length).Clear();
        states.AsSpan(0, order.Length).Clear();
        for (var i = 0; i < order.Length; i++)
            if (frauds[i] && Counts(i, weights)) states[cardDays[i]] = CardState.Compromised;

        for (var start = 0; start < order.Length;)
        {
            var (i, rows, ranked, compromised, hits) = (start, 0, 0.0, 0.0, 0.0);
            for (; i < order.Length && days[i] == days[start]; i++)
            {
                if (!Counts(i, weights)) continue;
                rows++;
                var state = states[cardDays[i]];
                if (state == CardState.Seen) continue;
                states[cardDays[i]] = CardState.Seen;
                if (found[cards[i]]) continue;
                var (weight, left) = (weights.IsEmpty ? 1 : weights[order[i]], k - ranked);
                ranked += weight;
                if (state != CardState.Compromised) continue;
                compromised += weight;
                if (left <= 0) continue;
                hits += Math.Min(weight, left);
                found[cards[i]] = true;
            }
            if (rows > 0) each(days[start], ranked, compromised, hits);
            start = i;
        }
        ArrayPool<bool>.Shared.Return(found);
        ArrayPool<CardState>.Shared.Return(states);
    }

    bool Counts(int place, ReadOnlySpan<double> weights) => weights.IsEmpty || weights[order[place]] > 0;

    static int[] Numbered<T>(int[] rows, Func<int, T> key)
        where T : notnull
    {
        var numbers = new Dictionary<T, int>();
        return Array.ConvertAll(rows, row => numbers.TryGetValue(key(row), out var number) ? number : numbers[key(row)] = numbers.Count);
    }

    enum CardState : byte
    {
        Clean,
        Compromised,
        Seen,
    }
}
