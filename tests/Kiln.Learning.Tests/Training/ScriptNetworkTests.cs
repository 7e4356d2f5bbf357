using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class ScriptNetworkTests : IDisposable
{
    static readonly string script = Path.Combine(AppContext.BaseDirectory, "Training", "script.pt");

    static readonly string frozen = Path.Combine(AppContext.BaseDirectory, "Training", "frozen-script.pt");

    static readonly Preparation plain = new(Prepare.Numbers("A", "B", "C"));

    readonly string folder = Directory.CreateTempSubdirectory("kiln-script-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_module_scores_as_PyTorch_does_and_from_its_folder_alone()
    {
        foreach (var file in new[] { script, frozen })
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            using var fitted = Model.Fit(Settings(copy, train: false), plain, Rows());
            fitted.Record.Epochs.ShouldBeEmpty();
            var place = Path.Combine(folder, "model-" + Path.GetFileName(file));
            fitted.Model.Save(place);
            File.Delete(copy);
            using var loaded = new ModelFolder(place).Load();
            var row = loaded.NewRow();
            for (var i = 0; i < 3; i++) row.Set(i, i + 1.0);
            var answer = new float[1];
            loaded.Predict(row, answer);
            answer[0].ShouldBe(1 / (1 + MathF.Exp(0.6606f)), 1e-4f);
        }
    }

    [Fact]
    public void A_relative_path_starts_from_the_folder_that_is_named_and_is_kept_as_it_is()
    {
        File.Copy(script, Path.Combine(folder, "module.pt"));
        using var fitted = Model.Fit(Settings("module.pt", train: false), plain, Rows(), options: new() { FilesIn = folder });
        fitted.Model.Description.Estimator.Files().ShouldBe(["module.pt"]);
        Should.Throw<KilnException>(() => Model.Fit(Settings("module.pt", train: false), plain, Rows())).Message.ShouldContain("there is no such file");
    }

    [Fact]
    public void A_module_is_trained_on_and_keeps_what_it_learned()
    {
        var rows = Rows();
        using var before = Model.Fit(Settings(script, train: false), plain, rows);
        using var after = Model.Fit(Settings(script, train: true), plain, rows);
        after.Record.Epochs[^1].TrainingLoss.ShouldBeLessThan(after.Record.Epochs[0].TrainingLoss / 2);
        after.Model.Save(Path.Combine(folder, "model"));
        using var loaded = new ModelFolder(Path.Combine(folder, "model")).Load();
        var answers = after.Model.Predict(rows.Columns).Values.ToArray();
        loaded.Predict(rows.Columns).Values.ToArray().ShouldBe(answers);
        answers.ShouldNotBe(before.Model.Predict(rows.Columns).Values.ToArray());
        File.ReadAllBytes(Path.Combine(folder, "model", "network.pt")).ShouldBe(File.ReadAllBytes(script));
    }

    [Fact]
    public void A_changed_byte_of_its_file_is_refused()
    {
        using (var fitted = Model.Fit(Settings(script, train: false), plain, Rows())) fitted.Model.Save(Path.Combine(folder, "model"));
        var file = Path.Combine(folder, "model", "network.pt");
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        Should.Throw<KilnException>(() => new ModelFolder(Path.Combine(folder, "model")).Load()).Message.ShouldContain("network.pt is not as it was written");
    }

    [Fact]
    public void A_checkpoint_of_another_module_is_not_gone_on_from()
    {
        var rows = Rows();
        var copy = Path.Combine(folder, "module.pt");
        File.Copy(script, copy);
        Brought().ShouldBe(0);
        Brought().ShouldBe(3);
        File.WriteAllBytes(copy, [.. File.ReadAllBytes(copy), 0]);
        Brought().ShouldBe(0);

        int Brought()
        {
            var brought = 0;
            Model.Fit(Settings(copy, train: true, epochs: 3), plain, rows, options: new() { CheckpointFolder = folder, OnResume = epochs => brought = epochs }).Dispose();
            return brought;
        }
    }

    [Fact]
    public void What_is_no_such_module_is_refused()
    {
        var rows = Rows();
        var text = Path.Combine(folder, "text.pt");
        File.WriteAllText(text, "weights");
        Refused(text, plain, rows).ShouldContain("cannot be used as a network");
        Refused(Path.Combine(folder, "none.pt"), plain, rows).ShouldContain("there is no such file");
        Refused(script, new(Prepare.Numbers("A", "B")), rows).ShouldContain("is to take  Float32 [n, 2]\n  reason      mat1 and mat2 shapes cannot be multiplied");
        Refused(script, new(Prepare.Numbers("A", "B"), Prepare.Categories("C").Ordinal()), rows).ShouldContain("takes numbers only");
        Refused(script, plain, Examples.Of(rows.Columns, Target.MultiClass("KIND", "0", "1", "2"))).ShouldContain("Float32 [2, 3]");
        Refused(frozen, plain, rows).ShouldContain("no parameter that learns");
        using var tracker = TensorTracker.Start();
        Refused(frozen, plain, rows);
        tracker.Live.ShouldBeEmpty();

        static string Refused(string file, Preparation preparation, Examples rows) =>
            Should.Throw<KilnException>(() => Model.Fit(Settings(file, train: true), preparation, rows)).Message;
    }

    [Fact]
    public void Its_file_is_one_that_a_stage_has_to_declare()
    {
        Settings(script, train: true).Files().ShouldBe([script]);
        new EstimatorSettings { Ensemble = new() { Members = [new() { Network = Settings(script, train: true).Network }] } }.Files().ShouldBe([script]);
        new EstimatorSettings { Linear = new() }.Files().ShouldBeEmpty();
    }

    static EstimatorSettings Settings(string file, bool train, int epochs = 20) => new()
    {
        Network = new() { Script = new() { File = file, Train = train }, Training = new() { Epochs = epochs, LearningRate = 0.03, Device = "cpu" } },
    };

    static Examples Rows()
    {
        var random = new Random(2);
        var columns = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 300).Select(_ => (random.NextDouble() * 4) - 2).ToArray()).ToArray();
        var labels = Enumerable.Range(0, 300).Select(row => columns[0][row] > columns[1][row] ? 1 : 0).ToArray();
        return Examples.Of(
            TableColumns.Of(
                Column.Of<double>("A", columns[0]), Column.Of<double>("B", columns[1]), Column.Of<double>("C", columns[2]),
                Column.Of<int>("Y", labels), Column.Of<int>("KIND", Enumerable.Range(0, 300).Select(row => row % 3).ToArray())),
            Target.Binary("Y"));
    }
}
