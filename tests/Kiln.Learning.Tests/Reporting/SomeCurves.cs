using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Tests.Evaluating;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>Curves of models that do not exist, drawn from fixed seeds.</summary>
static class SomeCurves
{
    /// <summary>A model, its champion and two baselines, each further off.</summary>
    public static ModelCurves OfTwoClasses { get; } = MakeTwoClasses();

    public static ModelCurves OfClasses { get; } = Trace(
        new TracedModel("garments", CurveRole.Model, Classes(2_000, wrong: 0.1)), new TracedModel("logistic", CurveRole.Baseline, Classes(2_000, wrong: 0.2)));

    public static ModelCurves OfValues { get; } = Trace(new TracedModel("demand", CurveRole.Model, Values(2_000, spread: 30)), new TracedModel("champion", CurveRole.Champion, Values(2_000, spread: 40)));

    /// <summary>Names that try to become markup.</summary>
    public static ModelCurves Named(string name) => OfTwoClasses with { Bands = name, Curves = [.. OfTwoClasses.Curves.Select(curve => curve with { Model = curve.Role == CurveRole.Baseline ? curve.Model : name })] };

    static ModelCurves MakeTwoClasses()
    {
        var (scores, labels) = FakeScores.Make(rows: 58_264, seed: 11);
        return Trace(
            new TracedModel("blend", CurveRole.Model, JudgedRows.Of(scores, labels) with { Threshold = 0.4321 }), new TracedModel("champion", CurveRole.Champion, Blurred(0.1)),
            new TracedModel("logistic", CurveRole.Baseline, Blurred(0.4)), new TracedModel("boosted trees of 60 days", CurveRole.Baseline, Blurred(0.25)));

        JudgedRows Blurred(double part)
        {
            var random = new Random(13);
            return JudgedRows.Of(Array.ConvertAll(scores, score => ((1 - part) * score) + (part * random.NextDouble())), labels);
        }
    }

    static JudgedRows Classes(int rows, double wrong)
    {
        var (random, classes) = (new Random(14), 10);
        var (labels, answers) = (new double[rows], new double[rows * classes]);
        for (var row = 0; row < rows; row++)
        {
            labels[row] = random.Next(classes);
            var sure = 0.3 + (0.65 * random.NextDouble());
            var probabilities = answers.AsSpan(row * classes, classes);
            probabilities.Fill((1 - sure) / (classes - 1));
            probabilities[(int)(labels[row] + (random.NextDouble() < wrong / sure ? 1 : 0)) % classes] = sure;
        }
        return new() { Task = LearningTask.MultiClass, Outputs = classes, Answers = answers, Labels = labels };
    }

    static JudgedRows Values(int rows, double spread)
    {
        var random = new Random(15);
        double[] answers = [.. Enumerable.Range(0, rows).Select(_ => 1000 * random.NextDouble())];
        return new() { Task = LearningTask.Regression, Outputs = 1, Answers = answers, Labels = Array.ConvertAll(answers, answer => answer + ((random.NextDouble() - 0.5) * 4 * spread * random.NextDouble())) };
    }

    static ModelCurves Trace(params TracedModel[] models) => new CurveTracer(new(), TableColumns.Of(Column.Of<int>("ROW", new int[models[0].Rows.Rows]))).Trace([.. models]);
}
