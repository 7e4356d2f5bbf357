using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

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

    [Theory]
    [InlineData("AUC ROC", "A score is not a finite number.", double.NaN, 0, 1)]
    [InlineData("log loss", "A score is not a finite number.", double.NegativeInfinity, 0, 1)]
    [InlineData("Brier score", "A score is not a probability.", 1.01, 0, 1)]
    [InlineData("expected calibration error", "A score is not a probability.", -0.01, 0, 1)]
    [InlineData("AUC ROC", "A label is not the number of a class.", 0.5, 2, 1)]
    [InlineData("accuracy", "A label is not the number of a class.", 0.5, 0.5, 1)]
    [InlineData("F1", "A label is not the number of a class.", 0.5, double.NaN, 1)]
    [InlineData("average precision", "A weight is not a number from 0.", 0.5, 0, -1)]
    [InlineData("MCC", "A weight is not a number from 0.", 0.5, 0, double.NaN)]
    [InlineData("recall", "All weights are 0, so no row counts.", 0.5, 0, 0)]
    public void A_row_that_means_nothing_is_refused(string metric, string what, double score, double label, double weight)
    {
        var rows = Binary([0.1, 0.9, score], [0, 1, label]) with { Weights = new[] { 0, 0, weight } };
        var error = Should.Throw<KilnException>(() => Metric.Parse(metric).Over(rows));
        error.What.ShouldBe(what);
        if (weight != 0) error.Message.ShouldContain("2 (counted from 0)");
    }

    [Fact]
    public void Rows_that_do_not_fit_together_are_refused()
    {
        var rows = Binary([0.1, 0.9], [0, 1]);
        var auc = Metric.Parse("AUC ROC");
        Should.Throw<KilnException>(() => auc.Of(rows with { Labels = default, Answers = default })).What.ShouldBe("There is nothing to evaluate: not one scored row.");
        Should.Throw<KilnException>(() => auc.Of(rows with { Answers = new double[3] })).What.ShouldBe("The answers and the labels are of different lengths.");
        Should.Throw<KilnException>(() => auc.Of(rows with { Weights = new double[3] })).What.ShouldBe("The weights and the labels are of different lengths.");
        Should.Throw<KilnException>(() => auc.Of(rows with { Outputs = 2 })).What.ShouldBe("There are not as many answers a row as the task has.");
        Should.Throw<KilnException>(() => auc.Of(rows with { Threshold = double.NaN })).What.ShouldBe("The threshold is not a number.");
        Should.Throw<KilnException>(() => auc.Of(rows with { Days = new int[1] })).What.ShouldBe("The days and the labels are of different lengths.");
        Should.Throw<KilnException>(() => auc.Of(rows with { Task = LearningTask.Regression })).Message.ShouldContain("RMSE, MAE");
        Should.Throw<KilnException>(() => Metric.Parse("NDCG").Of(rows)).What.ShouldBe("NDCG needs each row's query.");
        Should.Throw<KilnException>(() => Metric.Parse("card precision@3").Of(rows with { Days = new int[2] })).What.ShouldBe("card precision@3 needs each row's card.");
        Should.Throw<KilnException>(() => Metric.Parse("MRR").Of(rows with { Groups = new[] { 0, -1 } })).What.ShouldBe("A query's number is below 0.");
    }

    [Fact]
    public void Probabilities_of_several_classes_that_do_not_sum_to_1_are_refused()
    {
        var rows = new JudgedRows { Task = LearningTask.MultiClass, Outputs = 3, Answers = new[] { 0.5, 0.3, 0.3 }, Labels = new double[1] };
        Should.Throw<KilnException>(() => Metric.Parse("log loss").Of(rows)).What.ShouldBe("A row's probabilities do not sum to 1.");
        Should.Throw<KilnException>(() => Metric.Parse("AUC ROC ovr macro").Of(rows)).What.ShouldBe("A row's probabilities do not sum to 1.");
        Metric.Parse("accuracy").Of(rows).ShouldBe(1); // which only asks for the most probable
    }

    [Fact]
    public void Values_below_0_have_no_logarithm_to_compare() =>
        Should.Throw<KilnException>(() => Metric.Parse("RMSLE").Of(Binary([1, -0.5], [1, 2]) with { Task = LearningTask.Regression })).What.ShouldBe("An answer is below 0.");

    static JudgedRows Binary(double[] scores, double[] labels) => new() { Task = LearningTask.Binary, Outputs = 1, Answers = scores, Labels = labels };
}
