using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Evaluating;

public class CalibrationSettingsTests
{
    static readonly Target Two = Target.Binary("IS", "no", "yes");
    static readonly Target Three = Target.MultiClass("IS", "a", "b", "c");

    /// <summary>The answers of scikit-learn, made by scikit-learn-calibrated.py.</summary>
    static readonly ScikitLearn Made = JsonSerializer.Deserialize<ScikitLearn>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Evaluating", "scikit-learn-calibrated.json")), JsonSerializerOptions.Web)!;

    [Fact]
    public void Platts_sigmoid_of_log_odds_is_scikit_learns()
    {
        foreach (var known in Made.Cases)
        {
            var fitted = (PlattScaling)new CalibrationSettings { Method = CalibrationMethod.Platt }.Fit(known.Rows, Two);
            fitted.Slope.ShouldBe(known.Slope, 1e-6);
            fitted.Intercept.ShouldBe(known.Intercept, 1e-6);
            // CalibratedClassifierCV stops where the gradient is below 1e-5.
            known.Asked.Select(fitted.Apply).ShouldBe(known.Sigmoid, 1e-5);
        }
    }

    [Fact]
    public void The_isotonic_function_of_answers_is_scikit_learns()
    {
        foreach (var known in Made.Cases)
            known.Asked.Select(new CalibrationSettings { Method = CalibrationMethod.Isotonic, LeastRows = 200 }.Fit(known.Rows, Two).Apply).ShouldBe(known.Isotonic, 1e-12);
    }

    [Fact]
    public void A_report_measures_each_fifth_of_the_rows_by_what_the_others_say()
    {
        var rows = Made.Cases[0].Rows;
        foreach (var method in new[] { CalibrationMethod.Platt, CalibrationMethod.Isotonic, CalibrationMethod.Temperature })
        {
            var report = CalibrationReport.Of(new() { Method = method, LeastRows = 100 }, rows, Two, "somewhere");
            report.Calibrator.ShouldBe(Calibrator.Fit(method, rows));
            (report.Rows, report.Classes.Sum(found => found.Rows)).ShouldBe((200, 200));
            report.Classes[1].ShouldBe(new("yes", (int)rows.Labels.ToArray().Sum()));
            report.Measures.Select(measure => measure.Metric).ShouldBe(["log loss", "Brier score", "expected calibration error"]);
            report.Measures.ShouldAllBe(measure => measure.Before == Metric.Parse(measure.Metric).Of(rows));
            // The answers are far too sure of themselves: every method helps, and none as much as it seems to where it was fitted.
            var after = report.Measures.Single(measure => measure.Metric == "Brier score").After;
            after.ShouldBeLessThan(report.Measures[1].Before);
            after.ShouldBeGreaterThan(Metric.Parse("Brier score").Of(report.Calibrator.Apply(rows)));
        }
    }

    [Fact]
    public void Rows_of_no_weight_change_nothing()
    {
        var rows = Made.Cases[0].Rows;
        var more = JudgedRows.Together(rows with { Weights = Enumerable.Repeat(1.0, 200).ToArray() }, rows with { Labels = Array.ConvertAll(rows.Labels.ToArray(), label => 1 - label), Weights = new double[200] });
        foreach (var method in new[] { CalibrationMethod.Platt, CalibrationMethod.Isotonic, CalibrationMethod.Temperature })
        {
            var settings = new CalibrationSettings { Method = method, LeastRows = 200 };
            var (one, other) = (CalibrationReport.Of(settings, rows, Two, ""), CalibrationReport.Of(settings, more, Two, ""));
            other.Rows.ShouldBe(200);
            other.Measures.ShouldBe(one.Measures);
            other.Calibrator.Apply(0.4).ShouldBe(one.Calibrator.Apply(0.4), 1e-12);
        }
    }

    [Theory]
    [InlineData(CalibrationMethod.Platt, "rows     99", "calibration.leastRows  100")]
    [InlineData(CalibrationMethod.Temperature, "rows     99", "calibration.leastRows  100")]
    [InlineData(CalibrationMethod.Isotonic, "rows     99", "calibration.leastRows  1,000")]
    public void Too_few_rows_are_refused_with_the_number(CalibrationMethod method, params string[] said)
    {
        var rows = Made.Cases[0].Rows.Where([.. Enumerable.Range(0, 99)]);
        var message = Should.Throw<KilnException>(() => new CalibrationSettings { Method = method }.Fit(rows, Two)).Message;
        message.ShouldContain("There are too few rows to calibrate by.");
        foreach (var part in said) Spaced(message).ShouldContain(Spaced(part));
    }

    [Fact]
    public void A_class_of_too_few_rows_and_an_answer_that_is_no_number_are_refused_by_name()
    {
        var rows = Made.Cases[0].Rows;
        var settings = new CalibrationSettings { Method = CalibrationMethod.Platt };
        Spaced(Should.Throw<KilnException>(() => settings.Fit(rows with { Labels = Enumerable.Repeat(1.0, 200).ToArray() }, Two)).Message).ShouldContain("rows of IS no 0 calibration.leastOfEachClass 10");
        var damaged = rows.Answers.ToArray();
        damaged[17] = double.NaN;
        Should.Throw<KilnException>(() => settings.Fit(rows with { Answers = damaged }, Two)).Message.ShouldContain("17 (counted from 0)");
        damaged[17] = 1.5;
        Should.Throw<KilnException>(() => settings.Fit(rows with { Answers = damaged }, Two)).Message.ShouldContain("A score is not a probability.");
    }

    [Fact]
    public void A_method_that_is_not_for_what_is_learned_is_a_wrong_setting()
    {
        foreach (var (method, target) in new[] { (CalibrationMethod.Platt, Target.Regression("Y")), (CalibrationMethod.Temperature, Target.Regression("Y")), (CalibrationMethod.Platt, Three), (CalibrationMethod.Isotonic, Three) })
            Should.Throw<UsageException>(() => new CalibrationSettings { Method = method }.Accept(target)).Message.ShouldContain("calibration.method: " + $"{method}".ToLowerInvariant());
        foreach (var (method, target) in new[] { (CalibrationMethod.None, Target.Regression("Y")), (CalibrationMethod.Temperature, Three), (CalibrationMethod.Isotonic, Two), (CalibrationMethod.Platt, Two) })
            new CalibrationSettings { Method = method }.Accept(target).Method.ShouldBe(method);
    }

    [Fact]
    public void Answers_of_a_model_are_calibrated_row_by_row_and_a_row_that_is_no_number_is_named()
    {
        float[] several = [0.5f, 0.25f, 0.25f, 0.1f, 0.1f, 0.8f];
        new TemperatureScaling(0.5).Apply(several, 3);
        // Squares, to the sum of 1.
        several.ShouldBe([4 / 6f, 1 / 6f, 1 / 6f, 1 / 66f, 1 / 66f, 64 / 66f], 1e-6);
        var odds = new PlattScaling { Slope = 2, Intercept = Math.Log(3), IsOfLogOdds = true };
        odds.Apply(0.5).ShouldBe(0.75, 1e-12);   // even odds become 3
        odds.Apply(0.75).ShouldBe(27.0 / 28, 1e-12);   // odds of 3 become 3² · 3
        float[] broken = [0.1f, 0.2f, float.NaN];
        Should.Throw<KilnException>(() => odds.Apply(broken)).Message.ShouldContain("2 (counted from 0)");
    }

    static string Spaced(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    sealed record ScikitLearn(string MadeWith, ScikitLearn.Case[] Cases)
    {
        public sealed record Case(double[] Scores, double[] Labels, double[] Asked, double Slope, double Intercept, double[] Sigmoid, double[] Isotonic)
        {
            public JudgedRows Rows => new() { Task = LearningTask.Binary, Outputs = 1, Answers = Scores, Labels = Labels };
        }
    }
}
