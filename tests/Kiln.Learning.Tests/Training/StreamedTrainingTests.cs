using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class StreamedTrainingTests : IDisposable
{
    const int Rows = 9_001;

    static readonly Target target = Target.Binary("FRAUD");

    static readonly Preparation preparation = new(Prepare.Numbers("A", "B").Standardize(), Prepare.Categories("TOWN").Ordinal());

    static readonly TrainingSettings training = new() { Epochs = 2, BatchSize = 500, LearningRate = 0.01, Seed = 3, Device = "cpu", CheckpointSeconds = 0, AccumulateBatches = 2 };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-streamed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void An_epoch_visits_every_row_once_in_an_order_of_its_own()
    {
        var orders = Enumerable.Range(0, 2).Select(epoch => Visit(Streamed(), epoch, from: 0)).ToList();
        foreach (var order in orders)
        {
            order.Order().ShouldBe(Enumerable.Range(0, Rows).Select(row => (float)row));
            // Rows of several row groups stand among each other.
            order.Take(500).Select(row => (int)row / 2048).Distinct().Count().ShouldBeGreaterThan(1);
        }
        orders[1].ShouldNotBe(orders[0]);
        Visit(Streamed() with { BufferBytes = 1 << 10 }, 0, from: 0).Order().ShouldBe(Enumerable.Range(0, Rows).Select(row => (float)row));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_buffer_of_no_bytes_is_refused(int bytes) =>
        Should.Throw<KilnException>(() => Model.FitStreamed(Settings(training), new(Prepare.Numbers("A")), Streamed() with { BufferBytes = bytes })).Message.ShouldContain($"StreamedExamples.BufferBytes\n  range    from 1; here is {bytes}");

    [Fact]
    public void An_epoch_gone_on_with_at_any_batch_has_the_rows_that_were_left()
    {
        var whole = Visit(Streamed(), 1, from: 0);
        for (var from = 1; from < 18; from++) Visit(Streamed(), 1, from).ShouldBe(whole[(from * 500)..], $"from batch {from}");
    }

    [Fact]
    public void The_order_does_not_depend_on_threads()
    {
        var examples = Streamed();
        using var single = new Database(new() { Threads = 1 });
        Visit(examples with { Table = examples.Table.On(single) }, 0, from: 0).ShouldBe(Visit(examples, 0, from: 0));
    }

    [Fact]
    public void It_learns_as_well_as_from_rows_in_memory()
    {
        var settings = Settings(training with { Epochs = 6 });
        var validation = Validation();
        using var streamed = Model.FitStreamed(settings, preparation, Streamed(), validation);
        using var resident = Model.Fit(settings, preparation, Examples.Of(Streamed().Table.ReadColumns(), target), validation);
        streamed.Model.Preparation.ToJson().ShouldBe(resident.Model.Preparation.ToJson());
        var (one, other) = (streamed.Record.Epochs[^1], resident.Record.Epochs[^1]);
        one.Validation["AUC ROC"].ShouldBeGreaterThan(0.97);
        one.ValidationLoss.ShouldBe(other.ValidationLoss, 0.05);
        streamed.Record.Rows.ShouldBe(Rows);
        streamed.Model.Save(Path.Combine(folder, "model"));
        using var loaded = new ModelFolder(Path.Combine(folder, "model")).Load();
        loaded.Predict(validation.Columns).Values.ToArray().ShouldBe(streamed.Model.Predict(validation.Columns).Values.ToArray());
    }

    [Fact]
    public void Scale_and_weights_are_those_of_the_rows_in_memory()
    {
        var settings = new EstimatorSettings { Network = new() { FeedForward = new() { Hidden = [], Dropout = 0 }, Training = training with { BatchSize = 1 << 20, AccumulateBatches = 1, Epochs = 1 } } };
        var examples = Streamed() with { Target = Target.Regression("A"), Weight = "B" };
        Preparation numbers = new(Prepare.Numbers("ID").Standardize());
        // One batch is the same rows in any order: the loss before the first step tells of scale and weights.
        using var streamed = Model.FitStreamed(settings, numbers, examples);
        using var resident = Model.Fit(settings, numbers, Examples.Of(examples.Table.ReadColumns(), examples.Target, "B"));
        streamed.Record.Epochs[0].TrainingLoss.ShouldBe(resident.Record.Epochs[0].TrainingLoss, 1e-5);
    }

    [Fact]
    public void A_training_interrupted_at_any_moment_and_resumed_ends_with_the_same_bytes()
    {
        var examples = Streamed();
        using var straight = Model.FitStreamed(Settings(training), preparation, examples);
        var random = new Random(5);
        var resumptions = 0;
        FitOutcome? outcome = null;
        while (outcome is null)
        {
            using var cancellation = new CancellationTokenSource();
            var steps = random.Next(2, 9);
            using var watcher = new FileSystemWatcher(folder, "network.safetensors") { EnableRaisingEvents = true };
            watcher.Renamed += (_, _) =>
            {
                if (Interlocked.Decrement(ref steps) == 0) cancellation.Cancel();
            };
            try
            {
                outcome = Model.FitStreamed(Settings(training), preparation, examples, options: new() { CheckpointFolder = folder, Cancellation = cancellation.Token });
            }
            catch (OperationCanceledException)
            {
                TorchRuntime.Seed(99);
                resumptions++;
            }
        }
        resumptions.ShouldBeGreaterThan(0);
        JsonSerializer.Serialize(outcome.Record, ModelJson.Options).ShouldBe(JsonSerializer.Serialize(straight.Record, ModelJson.Options));
        Weights(outcome.Model, "resumed").ShouldBe(Weights(straight.Model, "straight"));
        outcome.Dispose();

        var brought = 0;
        Model.FitStreamed(Settings(training), preparation, examples, options: new() { CheckpointFolder = folder, OnResume = epochs => brought = epochs }).Dispose();
        brought.ShouldBe(2);
        Write(Rows, seed: 8, "rows.parquet");
        brought = 0;
        Model.FitStreamed(Settings(training), preparation, examples, options: new() { CheckpointFolder = folder, OnResume = epochs => brought = epochs }).Dispose();
        brought.ShouldBe(0, "other rows are another training");
    }

    [Fact]
    public void What_cannot_be_learned_from_disk_is_refused()
    {
        var examples = Streamed();
        Should.Throw<KilnException>(() => Model.FitStreamed(new() { Xgboost = new() }, preparation, examples)).Message.ShouldContain("needs all rows in memory");
        Should.Throw<KilnException>(() => Model.FitStreamed(Settings(training), new(Prepare.Categories("TOWN").TargetEncode()), examples)).Message.ShouldContain("TOWN");
        Should.Throw<KilnException>(() => Model.FitStreamed(Settings(training), new(Prepare.Numbers("NONE")), examples)).Message.ShouldContain("NONE");
        Should.Throw<KilnException>(() => Model.FitStreamed(Settings(training), preparation, examples with { Target = Target.Binary("NONE") })).Message.ShouldContain("NONE");
    }

    [Fact]
    public void It_leaves_no_tensor_behind_when_it_is_left_early()
    {
        var examples = Streamed();
        using var tracker = TensorTracker.Start();
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Model.FitStreamed(Settings(training), preparation, examples, options: new() { OnEpoch = _ => cancellation.Cancel(), Cancellation = cancellation.Token }));
        tracker.Live.ShouldBeEmpty();
    }

    // The rows' numbers, which are features too, in the order a training gets them.
    static float[] Visit(StreamedExamples examples, int epoch, long from)
    {
        var (fitted, rows) = StreamedRows.Prepare(new(Prepare.Numbers("ID")), examples);
        using var batches = new StreamedBatches(rows, new NetworkLayout(fitted.Features), LabelScale.None, default, training, Device.Cpu);
        var seen = new List<float>();
        foreach (var batch in batches.Epoch(epoch, from))
        {
            using var scope = new TensorScope();
            var (ids, labels) = (batch.Input.Numbers!.ToArray<float>(), batch.Labels.ToArray<float>());
            for (var row = 0; row < ids.Length; row++) labels[row].ShouldBe(LabelOf((int)ids[row]));
            seen.AddRange(ids);
            batch.Input.Numbers.Dispose();
            batch.Labels.Dispose();
        }
        return [.. seen];
    }

    static float LabelOf(int id) => Of(id, 1).Label;

    // Two files of several row groups, the smallest that DuckDB makes.
    StreamedExamples Streamed()
    {
        Write(Rows, seed: 1, "rows.parquet");
        return new() { Table = Table.Of([Path.Combine(folder, "rows.parquet"), Path.Combine(folder, "rows.parquet.more")]), Target = target, BufferBytes = 2 * 2048 * 3 * sizeof(float) };
    }

    static Examples Validation() => Examples.Of(Columns(1_000, 2, 0, 1_000), target);

    void Write(int rows, int seed, string name)
    {
        var format = new TableFormat { RowGroupRows = 2048 };
        Table.At(Path.Combine(folder, name)).Write(Columns(rows, seed, 0, 5_000).Columns, format);
        Table.At(Path.Combine(folder, name + ".more")).Write(Columns(rows, seed, 5_000, rows).Columns, format);
    }

    static TableColumns Columns(int rows, int seed, int from, int to)
    {
        var made = Enumerable.Range(from, Math.Min(rows, to) - from).Select(id => Of(id, seed)).ToArray();
        return TableColumns.Of(
            Column.Of<int>("ID", Enumerable.Range(from, made.Length).ToArray()),
            Column.Of<float>("A", Array.ConvertAll(made, row => row.A)),
            Column.Of<double>("B", Array.ConvertAll(made, row => (double)row.B)),
            Column.Texts("TOWN", Array.ConvertAll(made, row => row.Town)),
            Column.Of<int>("FRAUD", Array.ConvertAll(made, row => row.Label)));
    }

    static (float A, float B, string? Town, int Label) Of(int id, int seed)
    {
        var random = new Random((id * 31) + seed);
        var (a, b, town) = (random.NextSingle() * 10, random.NextSingle() * 10, random.Next(3));
        return (a, b, town == 0 ? "Aarau" : town == 1 ? "Biel" : "Chur", a - b + town > 4 ? 1 : 0);
    }

    static EstimatorSettings Settings(TrainingSettings chosen) => new() { Network = new() { FeedForward = new() { Hidden = [16, 8], Dropout = 0.1, EmbeddingDimensions = 2 }, Training = chosen } };

    byte[] Weights(Model model, string name)
    {
        model.Save(Path.Combine(folder, name));
        return File.ReadAllBytes(Path.Combine(folder, name, "weights.safetensors"));
    }
}
