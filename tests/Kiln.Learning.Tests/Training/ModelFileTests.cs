using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class ModelFileTests : IDisposable
{
    static readonly TrainingSettings settings = new() { Hidden = [5], BatchNorm = true };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-model-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_loaded_model_scores_as_the_one_that_was_written()
    {
        var path = Write(out var scores);
        using var loaded = ScoringModel.Load(path);
        loaded.FeatureNames.ShouldBe(TrainingData.Names);
        loaded.Score(Rows).ShouldBe(scores);
        var description = new ModelFile(path).Describe();
        description.Settings.Hidden.ShouldBe([5]);
        description.Libtorch.ShouldBe(TorchRuntime.Version);
    }

    [Fact]
    public void Scores_do_not_depend_on_how_many_rows_come_at_once()
    {
        using var loaded = ScoringModel.Load(Write(out _));
        var rows = TrainingData.Make(20_000, 6).Features.Span;
        var all = loaded.Score(rows);
        loaded.Score(rows[..9]).ShouldBe(all[..3], tolerance: 1e-6);
        loaded.Score(rows[^9..]).ShouldBe(all[^3..], tolerance: 1e-6);
        loaded.Score([]).ShouldBeEmpty();
    }

    [Fact]
    public void Several_threads_may_score_at_once()
    {
        using var loaded = ScoringModel.Load(Write(out var scores));
        Parallel.For(0, 50, _ => loaded.Score(Rows).ShouldBe(scores));
    }

    [Fact]
    public void Loading_a_model_disturbs_no_training()
    {
        var path = Write(out _);
        using var before = TorchRuntime.GeneratorState(Device.Cpu);
        ScoringModel.Load(path).Dispose();
        using var after = TorchRuntime.GeneratorState(Device.Cpu);
        after.SameAs(before).ShouldBeTrue();
    }

    [Fact]
    public void What_is_no_model_is_refused_with_file_and_reason()
    {
        var path = Path.Combine(folder, "x.safetensors");
        Refused(path, "x.safetensors");
        File.WriteAllText(path, "not a model");
        Refused(path, "cannot be trusted");
        using var tensor = Tensor.Ones([1]);
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a"] = tensor });
        Refused(path, "its metadata lacks kiln");
        Lie("\"format\":1", "\"format\":9");
        Refused(path, "format 9");
        Lie("\"hidden\":[5]", "\"hidden\":[6]");
        Refused(path, "does not fit this module");
        Lie("\"hidden\":[5]", "\"hidden\":[50000,50000]");
        Refused(path, "more weights than the file");
        Lie("\"inputs\":3", "\"inputs\":-3");
        Refused(path, "names 3 features");

        void Lie(string truth, string lie)
        {
            using var file = SafeTensors.Read(Write(out _));
            SafeTensors.Write(path, file.Tensors, file.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value.Replace(truth, lie)));
        }
    }

    [Fact]
    public void Rows_of_another_width_are_refused()
    {
        using var loaded = ScoringModel.Load(Write(out _));
        Should.Throw<KilnException>(() => loaded.Score(new float[4])).Message.ShouldContain("features a row  3");
    }

    static float[] Rows => TrainingData.Make(50, 5).Features.ToArray();

    static void Refused(string path, string reason)
    {
        var error = Should.Throw<KilnException>(() => ScoringModel.Load(path));
        error.Message.ShouldContain(path);
        error.Message.ShouldContain(reason);
    }

    string Write(out float[] scores)
    {
        var path = Path.Combine(folder, "model.safetensors");
        var rows = TrainingData.Make(200, 1);
        using var model = new ScoringModel(
            new FeedForwardNetwork(NetworkArchitecture.From(settings, 3)), Standardizer.Fit(rows.Features.Span, 3), TrainingData.Names);
        new ModelFile(path).Write(model, settings);
        scores = model.Score(Rows);
        return path;
    }
}
