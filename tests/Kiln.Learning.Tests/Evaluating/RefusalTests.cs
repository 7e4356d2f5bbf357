using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class RefusalTests
{
    [Fact]
    public void No_rows_are_refused() =>
        Should.Throw<KilnException>(() => Ranking.Of([], [])).What.ShouldBe("There is nothing to evaluate: not one scored row.");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_score_that_is_no_number_is_refused_with_its_row(double score)
    {
        var error = Should.Throw<KilnException>(() => BinaryEvaluation.Of([0.1, 0.2, score], [true, false, true], 0.5));
        error.What.ShouldBe("A score is not a finite number.");
        error.Message.ShouldContain("row    2 (counted from 0)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_class_only_is_refused_where_order_is_judged_and_allowed_where_it_is_not(bool label)
    {
        Should.Throw<KilnException>(() => Ranking.Of([0.1, 0.2], [label, label])).What.ShouldStartWith("All labels are of one class");
        Metric.Parse("Brier score").Of(JudgedRows.Of(new[] { 0.5, 0.5 }, [label, label])).ShouldBe(0.25);
    }

    [Fact]
    public void Logits_are_refused_where_probabilities_are_needed()
    {
        Should.Throw<KilnException>(() => Metric.Parse("log loss").Of(JudgedRows.Of(new[] { 0.5, 1.5 }, [true, false]))).What.ShouldBe("A score is not a probability.");
        Should.NotThrow(() => Ranking.Of([0.5, 1.5], [true, false]));
    }

    [Fact]
    public void Scores_and_labels_of_different_lengths_are_refused() =>
        Should.Throw<KilnException>(() => Ranking.Of([0.1, 0.2], [true])).What.ShouldBe("The scores and the labels are of different lengths.");
}
