using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class CardPrecisionTests
{
    static readonly DateOnly First = new(2018, 8, 8);

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(200)]
    public void It_agrees_with_a_pandas_implementation(int k)
    {
        var cards = ScikitLearnCases.All.Cards;
        var result = CardPrecision.Of(Rows([.. cards.Day.Select(First.AddDays)], cards.Card, cards.Score, cards.Label), k);

        result.Days.Select(day => day.Precision).ShouldBe(cards.Precision[$"{k}"], 1e-9);
        result.Mean.ShouldBe(cards.Precision[$"{k}"].Average(), 1e-9);
    }

    [Fact]
    public void A_small_case_worked_by_hand()
    {
        // Day 1: card 1 scores 0.9 (its highest) and is fraud, card 2 scores 0.8, card 3 0.7 and is fraud: of the top 2, one is right.
        // Day 2: card 1 was found and is dropped; 3 was not found and stays. Top 2 are 3 (fraud) and 2 (fraud): both right.
        var result = CardPrecision.Of(
            Rows(
                [First, First, First, First, First.AddDays(1), First.AddDays(1), First.AddDays(1), First.AddDays(1)],
                [1, 1, 2, 3, 1, 2, 3, 4],
                [0.1, 0.9, 0.8, 0.7, 0.99, 0.5, 0.6, 0.4],
                [true, false, false, true, true, true, true, false]),
            k: 2);

        result.Days.Select(day => (day.Cards, day.Compromised, day.Found, day.Precision)).ShouldBe([(3, 2, 1, 0.5), (3, 2, 2, 1.0)]);
        result.Mean.ShouldBe(0.75);
    }

    [Fact]
    public void Cards_of_equal_score_are_ranked_by_id_whatever_the_order_of_rows()
    {
        long[] cards = [7, 3, 5];
        var result = CardPrecision.Of(Rows([First, First, First], cards, [0.5, 0.5, 0.5], [false, true, false]), k: 1);
        result.Mean.ShouldBe(1);
    }

    [Fact]
    public void A_day_with_fewer_cards_than_k_still_counts_out_of_k()
    {
        var result = CardPrecision.Of(Rows([First], [1], [0.9], [true]), k: 100);
        result.Days[0].Precision.ShouldBe(0.01);
        result.Days[0].Attainable.ShouldBe(0.01);
    }

    [Fact]
    public void Columns_of_different_lengths_are_refused()
    {
        Should.Throw<KilnException>(() => CardPrecision.Of(Rows([First], [1, 2], [0.9], [true])))
            .What.ShouldBe("The cards and the labels are of different lengths.");
    }

    static JudgedRows Rows(DateOnly[] days, long[] cards, double[] scores, bool[] labels) =>
        JudgedRows.Of(scores, labels) with { Days = Array.ConvertAll(days, day => day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber), Cards = cards };
}
