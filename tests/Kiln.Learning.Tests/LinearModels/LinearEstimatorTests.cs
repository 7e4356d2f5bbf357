using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.LinearModels;

public sealed class LinearEstimatorTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kiln-linear-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Length)];

    static ImmutableArray<Case> Cases { get; } = Read();

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Coefficients_agree_with_scikit_learn(int number)
    {
        var known = Cases[number];
        var rows = known.Rows();
        var estimator = new LinearEstimator(new() { L2 = known.L2 });
        using var predictor = estimator.Fit(rows, null, new()).Predictor;

        var actual = ((LinearPredictor)predictor).Coefficients.ToArray();
        actual.Length.ShouldBe(known.Coefficients.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            // A constant column and the intercept say the same: only their sum is decided.
            if (known.Kind == "collinear" && (i == 0 || i == actual.Length - 1)) continue;
            actual[i].ShouldBe(known.Coefficients[i], 1e-4 * Math.Max(1, Math.Abs(known.Coefficients[i])));
        }

        predictor.Save(folder);
        using var loaded = estimator.Load(new() { Features = rows.Features.Features, Target = rows.Target }, folder);
        loaded.Answers(rows).ShouldBe(predictor.Answers(rows));
        for (var row = 0; row < 20; row++) predictor.Answers(rows)[row * rows.Target.Outputs].ShouldBe(known.Answer(row), 1e-4f * MathF.Max(1, MathF.Abs(known.Answer(row))));
    }

    [Fact]
    public void Classes_without_an_error_between_them_need_a_penalty()
    {
        var rows = new FitRows
        {
            Features = new([new() { Name = "X" }], new float[] { -2, -1, 1, 2 }),
            Labels = new float[] { 0, 0, 1, 1 },
            Target = Target.Binary("Y"),
        };
        Should.Throw<KilnException>(() => new LinearEstimator(new() { L2 = 0 }).Fit(rows, null, new())).Message.ShouldContain("set l2 above 0");
        using var predictor = new LinearEstimator(new() { L2 = 1e-3 }).Fit(rows, null, new()).Predictor;
        predictor.Answers(rows)[3].ShouldBeGreaterThan(0.99f);
    }

    [Fact]
    public void What_a_linear_model_cannot_take_is_refused_by_its_name()
    {
        var mixed = TrainingData.MakeMixed(20, 1, LearningTask.Regression);
        Should.Throw<KilnException>(() => new LinearEstimator(new()).Fit(mixed, null, new())).Message.ShouldContain("KIND");
        var rows = TrainingData.Make(20, 1);
        var values = rows.Features.Values.ToArray();
        values[7] = float.NaN;
        Should.Throw<KilnException>(() => new LinearEstimator(new()).Fit(rows with { Features = new(rows.Features.Features, values) }, null, new())).Message.ShouldContain("COUNT");
    }

    [Fact]
    public void A_linear_fit_leaves_no_tensor_behind()
    {
        using var tracker = Kiln.Torch.TensorTracker.Start();
        foreach (var known in Cases.Take(4)) new LinearEstimator(new() { L2 = 1 }).Fit(known.Rows(), null, new()).Predictor.Dispose();
        tracker.Live.ShouldBeEmpty();
    }

    static ImmutableArray<Case> Read()
    {
        using var json = File.OpenRead(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "LinearModels", "scikit-learn-linear.json"));
        return JsonDocument.Parse(json).RootElement.GetProperty("cases").Deserialize<ImmutableArray<Case>>(JsonSerializerOptions.Web);
    }

    sealed record Case(string Kind, double L2, int Classes, ImmutableArray<double> X, int Columns, ImmutableArray<double> Y, ImmutableArray<double>? Weights, ImmutableArray<double> Coefficients)
    {
        public FitRows Rows() => new()
        {
            Features = new([.. Enumerable.Range(0, Columns).Select(column => new Feature { Name = $"x{column}" })], X.Select(value => (float)value).ToArray()),
            Labels = Y.Select(value => (float)value).ToArray(),
            Weights = Weights is { } weights ? weights.Select(value => (float)value).ToArray() : default(ReadOnlyMemory<float>),
            Target = Kind switch
            {
                "binary" => Target.Binary("Y"),
                "multiClass" => Target.MultiClass("Y", [.. Enumerable.Range(0, Classes).Select(number => $"{number}")]),
                _ => Target.Regression("Y"),
            },
        };

        /// <summary>The first answer that scikit-learn's coefficients give.</summary>
        public float Answer(int row)
        {
            var sets = Coefficients.Length / (Columns + 1);
            var scores = Enumerable.Range(0, sets).Select(set =>
                Coefficients[set * (Columns + 1)] + Enumerable.Range(0, Columns).Sum(column => Coefficients[(set * (Columns + 1)) + 1 + column] * X[(row * Columns) + column])).ToArray();
            return (float)(Kind switch
            {
                "binary" => 1 / (1 + Math.Exp(-scores[0])),
                "multiClass" => Math.Exp(scores[0] - scores.Max()) / scores.Sum(score => Math.Exp(score - scores.Max())),
                _ => scores[0],
            });
        }
    }
}
