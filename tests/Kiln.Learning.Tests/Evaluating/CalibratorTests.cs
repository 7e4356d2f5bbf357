using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Tests.Evaluating;

public class CalibratorTests
{
    static readonly JudgedRows Few = Scored([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);

    [Fact]
    public void Platts_sigmoid_is_scikit_learns_carried_on_to_the_minimum()
    {
        foreach (var expected in ScikitLearnMetrics.All.Calibrations)
        {
            var fitted = PlattScaling.Fit(Rows(expected));
            fitted.Slope.ShouldBe(expected.Platt.Slope, 1e-9);
            fitted.Intercept.ShouldBe(expected.Platt.Intercept, 1e-9);
            // scikit-learn stops where the gradient is below 1e-5.
            foreach (var score in expected.Scores)
                fitted.Apply(score).ShouldBe(1 / (1 + Math.Exp(-(expected.Platt.ScikitSlope * score) - expected.Platt.ScikitIntercept)), 1e-6);
        }
    }

    [Fact]
    public void The_isotonic_function_is_scikit_learns()
    {
        foreach (var expected in ScikitLearnMetrics.All.Calibrations)
        {
            var fitted = IsotonicScaling.Fit(Rows(expected));
            fitted.Scores.ShouldBe(expected.Isotonic.Scores, 1e-12);
            fitted.Values.ShouldBe(expected.Isotonic.Values, 1e-12);
            expected.Isotonic.Asked.Select(fitted.Apply).ShouldBe(expected.Isotonic.Answered, 1e-12);
        }
    }

    [Fact]
    public void The_temperature_is_that_of_the_least_log_loss()
    {
        var logLoss = Metric.Parse("log loss");
        foreach (var expected in ScikitLearnMetrics.All.Calibrations)
        {
            Hold(Rows(expected), expected.Temperature!.Value);
            Hold(Several(expected), expected.SeveralTemperature!.Value);
        }

        void Hold(JudgedRows rows, double temperature)
        {
            var fitted = TemperatureScaling.Fit(rows);
            fitted.Temperature.ShouldBe(temperature, 1e-9 * temperature);
            var least = logLoss.Of(fitted.Apply(rows));
            least.ShouldBeLessThanOrEqualTo(logLoss.Of(rows));
            logLoss.Of(new TemperatureScaling(temperature * 1.01).Apply(rows)).ShouldBeGreaterThan(least);
            logLoss.Of(new TemperatureScaling(temperature * 0.99).Apply(rows)).ShouldBeGreaterThan(least);
        }
    }

    [Fact]
    public void A_temperature_leaves_the_order_of_answers_and_their_sum()
    {
        var rows = Several(ScikitLearnMetrics.All.Calibrations[0]);
        var cooled = new TemperatureScaling(0.5).Apply(rows);
        for (var row = 0; row < rows.Rows; row++)
        {
            cooled.ClassOf(row).ShouldBe(rows.ClassOf(row));
            cooled.Answers.Slice(row * 4, 4).ToArray().Sum().ShouldBe(1, 1e-12);
        }
        new TemperatureScaling(2).Apply(0.9).ShouldBe(0.75, 1e-12); // odds of 9 become odds of 3
    }

    [Fact]
    public void As_json_each_comes_back_as_what_it_was()
    {
        foreach (var calibrator in new Calibrator[] { PlattScaling.Fit(Few), IsotonicScaling.Fit(Few), new TemperatureScaling(1.5) })
        {
            var json = JsonSerializer.Serialize(calibrator);
            var back = JsonSerializer.Deserialize<Calibrator>(json)!;
            back.ShouldBe(calibrator);
            back.Apply(0.37).ShouldBe(calibrator.Apply(0.37));
        }
    }

    [Fact]
    public void An_isotonic_function_that_falls_is_refused_when_it_is_read() =>
        Should.Throw<KilnException>(() => JsonSerializer.Deserialize<Calibrator>("""{"kind":"isotonic","Scores":[0.1,0.2],"Values":[0.9,0.3]}"""))
            .What.ShouldBe("An isotonic scaling is damaged.");

    [Fact]
    public void Rows_that_nothing_can_be_fitted_to_are_refused()
    {
        Should.Throw<KilnException>(() => PlattScaling.Fit(Scored([0.1, 0.2], [1, 1]))).What.ShouldStartWith("All labels are of one class");
        Should.Throw<KilnException>(() => IsotonicScaling.Fit(Few with { Weights = new double[] { 1, 1, 0, 0 } })).What.ShouldStartWith("All labels are of one class");
        Should.Throw<KilnException>(() => PlattScaling.Fit(Scored([0.5, 0.5], [0, 1]))).What.ShouldStartWith("All rows have the same score");
        Should.Throw<KilnException>(() => IsotonicScaling.Fit(Scored([0.1, double.NaN], [0, 1]))).What.ShouldBe("A score is not a finite number.");
        Should.Throw<KilnException>(() => TemperatureScaling.Fit(Scored([0.1, 1.2], [0, 1]))).What.ShouldBe("A score is not a probability.");
        Should.Throw<KilnException>(() => TemperatureScaling.Fit(Scored([0.1, 0.9], [0, 1]))).Message.ShouldContain("right in every row");
        Should.Throw<KilnException>(() => TemperatureScaling.Fit(Scored([0.9, 0.1], [0, 1]))).Message.ShouldContain("no better than equal probabilities");
        Should.Throw<KilnException>(() => PlattScaling.Fit(Few with { Task = LearningTask.Regression })).What.ShouldBe("Such answers are not calibrated.");
        Should.Throw<KilnException>(() => PlattScaling.Fit(Few).Apply(double.NaN)).What.ShouldBe("A score is not a finite number.");
        Should.Throw<KilnException>(() => PlattScaling.Fit(Few).Apply(Several(ScikitLearnMetrics.All.Calibrations[0]))).What.ShouldBe("One score a row is calibrated here.");
        Should.Throw<KilnException>(() => new TemperatureScaling(0));
    }

    static JudgedRows Scored(double[] scores, double[] labels) => new() { Task = LearningTask.Binary, Outputs = 1, Answers = scores, Labels = labels };

    static JudgedRows Rows(ScikitLearnMetrics.Calibrated made) => Scored(made.Scores, made.Labels) with { Weights = made.Weights };

    static JudgedRows Several(ScikitLearnMetrics.Calibrated made) =>
        new() { Task = LearningTask.MultiClass, Outputs = 4, Answers = made.Shares, Labels = made.Several, Weights = made.Weights };
}
