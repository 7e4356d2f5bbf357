using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Learning.Explaining;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Tests.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Explaining;

[Collection(SerialTraining.Name)]
public sealed class IntegratedGradientsTests
{
    static readonly Case[] cases = JsonSerializer.Deserialize<Cases>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Explaining", "pytorch-gradients.json")), JsonSerializerOptions.Web)!.All;

    public static TheoryData<string> Names => [.. cases.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Contributions_are_those_that_PyTorch_computes_by_the_definition(string name)
    {
        var known = cases.Single(other => other.Name == name);
        using var predictor = known.Predictor();
        var settings = new AttributionSettings { Steps = known.Steps, MostSteps = known.Steps, Baseline = known.Baseline == "means" ? AttributionBaseline.Means : AttributionBaseline.Zeros };
        var found = new IntegratedGradients(predictor, known.Matrix(known.Reference, known.ReferenceCodes), settings).Of(known.Matrix(known.Rows, known.Codes));
        // [rows, outputs, features]; PyTorch's are in double precision.
        found.Values.Select(value => (double)value).ShouldBe(known.Contributions, 2e-6);
        found.Base.ShouldBe(known.Base, 2e-6);
        found.Margins.ShouldBe(known.Margins, 2e-6);
    }

    [Theory]
    [InlineData("feedForward", LearningTask.MultiClass)]
    [InlineData("resNet", LearningTask.MultiClass)]
    [InlineData("ftTransformer", LearningTask.MultiClass)]
    [InlineData("feedForward", LearningTask.Regression)]
    [InlineData("resNet", LearningTask.Regression)]
    [InlineData("ftTransformer", LearningTask.Regression)]
    public void Of_every_architecture_contributions_sum_to_the_way_from_the_baseline(string name, LearningTask task)
    {
        var rows = TrainingData.MakeMixed(120, 2, task);
        var found = Explain(Settings(name), rows, new());
        for (var row = 0; row < 120; row++)
            for (var output = 0; output < rows.Target.Outputs; output++)
            {
                var (gap, most) = found.Gap(row, output);
                gap.ShouldBeLessThanOrEqualTo(most);
            }
        // A category says more of the value than the number, which moves it by 20 at most.
        if (task == LearningTask.Regression)
            Enumerable.Range(0, 120).Average(row => Math.Abs(found.Of(row, 0)[0])).ShouldBeGreaterThan(Enumerable.Range(0, 120).Average(row => Math.Abs(found.Of(row, 0)[1])));
    }

    [Theory]
    [InlineData("feedForward")]
    [InlineData("resNet")]
    [InlineData("ftTransformer")]
    [InlineData("convolutional")]
    [InlineData("script.pt")]
    [InlineData("frozen-script.pt")]
    public void Numbers_alone_are_explained_too_and_what_is_constant_adds_nothing(string name)
    {
        var rows = TrainingData.Make(150, 1);
        var found = Explain(Settings(name), rows, new());
        for (var row = 0; row < 150; row++)
        {
            var (gap, most) = found.Gap(row, 0);
            gap.ShouldBeLessThanOrEqualTo(most);
            found.Of(row, 0)[2].ShouldBe(0);
        }
        Enumerable.Range(0, 150).Max(row => Math.Abs(found.Of(row, 0)[0])).ShouldBeGreaterThan(0.1f);
    }

    [Fact]
    public void Rows_that_do_not_sum_up_are_gone_to_again_in_more_steps_until_there_are_no_more()
    {
        var rows = TrainingData.Make(150, 1);
        var few = Explain(Settings("feedForward"), rows, new() { Steps = 2, MostSteps = 2, Tolerance = 1e-3 });
        var more = Explain(Settings("feedForward"), rows, new() { Steps = 2, MostSteps = 512, Tolerance = 1e-3 });
        few.Steps.ShouldBe(2);
        more.Steps.ShouldBeGreaterThan(2);
        Worst(few).ShouldBeGreaterThan(1);
        Worst(more).ShouldBeLessThanOrEqualTo(1);

        static double Worst(Contributions found) => Enumerable.Range(0, found.Rows).Max(row => found.Gap(row, 0) is var (gap, most) ? gap / most : 0);
    }

    [Fact]
    public void Explaining_leaves_a_networks_answers_as_they_were_and_no_tensor_behind()
    {
        var rows = TrainingData.MakeMixed(60, 2, LearningTask.MultiClass);
        using var predictor = (NetworkPredictor)Fit(Settings("feedForward"), rows);
        var (before, gradients) = (predictor.Answers(rows), Gradients());
        var (first, second) = (Of(), Of());
        second.Values.ShouldBe(first.Values);
        predictor.Answers(rows).ShouldBe(before);
        Gradients().ShouldBe(gradients);
        using var tracker = TensorTracker.Start();
        Of();
        tracker.Live.ShouldBeEmpty();

        Contributions Of() => new IntegratedGradients(predictor, rows.Features, new()).Of(rows.Features);

        // Those that its training left.
        float[] Gradients()
        {
            using var scope = new TensorScope();
            return [.. predictor.Network.Parameters.SelectMany(parameter => parameter.Grad?.ToArray<float>() ?? [])];
        }
    }

    [Fact]
    public void A_missing_number_is_refused_by_its_name()
    {
        var rows = TrainingData.Make(60, 1);
        using var predictor = (NetworkPredictor)Fit(Settings("feedForward"), rows);
        var values = rows.Features.Values.ToArray();
        values[4] = float.NaN;
        Should.Throw<KilnException>(() => new IntegratedGradients(predictor, rows.Features, new()).Of(new(rows.Features.Features, values))).Message.ShouldContain("COUNT");
    }

    static Contributions Explain(NetworkSettings settings, FitRows rows, AttributionSettings how)
    {
        using var predictor = (NetworkPredictor)Fit(settings, rows);
        return new IntegratedGradients(predictor, rows.Features, how).Of(rows.Features);
    }

    static IPredictor Fit(NetworkSettings settings, FitRows rows) =>
        new NetworkEstimator(settings with { Training = new() { Epochs = 4, BatchSize = 32, LearningRate = 0.02, Seed = 7, Device = "cpu" } }).Fit(rows, null, new()).Predictor;

    static NetworkSettings Settings(string name) => name switch
    {
        "feedForward" => new() { FeedForward = new() { Hidden = [16, 8], Activation = Activation.SiLU, BatchNorm = true } },
        "resNet" => new() { ResNet = new() { Blocks = 1, Width = 8 } },
        "script.pt" or "frozen-script.pt" => new() { Script = new() { File = Path.Combine(AppContext.BaseDirectory, "Training", name), Train = name == "script.pt" } },
        "convolutional" => new() { Convolutional = new() { Height = 1, Width = 3, Channels = [], Hidden = 8 } },
        _ => new() { FtTransformer = new() { Blocks = 2, Dimensions = 8, Heads = 2 } },
    };

    sealed record Cases(string PyTorch)
    {
        [System.Text.Json.Serialization.JsonPropertyName("cases")]
        public Case[] All { get; init; } = [];
    }

    sealed record Weight(long[] Shape, float[] Values);

    sealed record Case(string Name, int Numbers, int[] Counts, int Outputs, string Activation, bool Normalized)
    {
        public string Baseline { get; init; } = "";
        public int Steps { get; init; }
        public Dictionary<string, Weight> Weights { get; init; } = [];
        public float[] Rows { get; init; } = [];
        public long[]? Codes { get; init; }
        public float[] Reference { get; init; } = [];
        public long[]? ReferenceCodes { get; init; }
        public double[] Base { get; init; } = [];
        public double[] Margins { get; init; } = [];
        public double[] Contributions { get; init; } = [];

        ImmutableArray<Feature> Features =>
        [
            .. Enumerable.Range(0, Numbers).Select(number => new Feature { Name = $"X{number}" }),
            .. Counts.Select((count, column) => new Feature { Name = $"C{column}", Kind = FeatureKind.Category, Categories = count }),
        ];

        public NetworkPredictor Predictor()
        {
            var shape = new ModelShape { Features = Features, Target = Outputs == 1 ? Target.Binary("Y") : Target.MultiClass("Y", [.. Enumerable.Range(0, Outputs).Select(number => $"{number}")]) };
            var settings = new FeedForwardSettings { Hidden = [7, 5], Activation = Enum.Parse<Activation>(Activation), Dropout = 0, BatchNorm = Normalized, EmbeddingDimensions = 3 };
            var network = new FeedForwardNetwork(settings, new NetworkLayout(shape.Features), shape.Target);
            using var scope = new TensorScope();
            var weights = Weights.ToDictionary(pair => pair.Key, pair => Tensor.From<float>(pair.Value.Values, pair.Value.Shape));
            foreach (var (name, tensor) in network.StateDict())
                if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) weights.Add(name, tensor);
            network.LoadStateDict(weights);
            return new(network, shape, LabelScale.None, Device.Cpu);
        }

        public FeatureMatrix Matrix(float[] numbers, long[]? codes)
        {
            var (rows, width) = (numbers.Length / Numbers, Numbers + Counts.Length);
            var values = new float[rows * width];
            for (var row = 0; row < rows; row++)
            {
                numbers.AsSpan(row * Numbers, Numbers).CopyTo(values.AsSpan(row * width));
                for (var column = 0; column < Counts.Length; column++) values[(row * width) + Numbers + column] = codes![(row * Counts.Length) + column];
            }
            return new(Features, values);
        }
    }
}
