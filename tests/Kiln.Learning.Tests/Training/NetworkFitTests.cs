using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class NetworkFitTests
{
    static readonly NetworkSettings settings = new()
    {
        FeedForward = new() { Hidden = [4], Dropout = 0 },
        Training = new() { Epochs = 1, BatchSize = 8, Device = "cpu", Scheduler = Schedule.Cosine },
    };

    [Fact]
    public void An_epochs_batches_are_given_up_one_by_one()
    {
        using var tracker = TensorTracker.Start();
        var batches = new WatchedBatches(tracker);
        using var network = Make();
        using var fit = Fit(network, batches);
        fit.RunEpoch(() => { }, default);
        batches.Alive.Skip(2).Distinct().Count().ShouldBe(1, string.Join(", ", batches.Alive));
    }

    [Fact]
    public void An_epoch_gone_on_with_after_its_last_step_tells_the_same()
    {
        using var tracker = TensorTracker.Start();
        TorchRuntime.Seed(1);
        using var network = Make();
        using var first = Fit(network, new(tracker));
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        Should.Throw<OperationCanceledException>(() => first.RunEpoch(() =>
        {
            if (++steps == 20) cancellation.Cancel();
        }, cancellation.Token));
        using var second = Fit(network, new(tracker));
        second.Resume([], first.Progress, 0, double.NaN);
        var gone = second.RunEpoch(() => { }, default);

        TorchRuntime.Seed(1);
        using var other = Make();
        using var straight = Fit(other, new(tracker));
        var expected = straight.RunEpoch(() => { }, default);
        (gone with { Resources = null }).ShouldBe(expected with { Resources = null });
    }

    static TableNetwork Make() => Architectures.Make(settings, new() { Features = [new() { Name = "X" }], Target = Target.Binary("Y") }, null);

    static NetworkFit Fit(TableNetwork network, WatchedBatches batches) => new(new()
    {
        Settings = settings.Training,
        Target = Target.Binary("Y"),
        Device = Device.Parse("cpu"),
        Network = network,
        Training = batches,
        Scale = LabelScale.None,
    });

    sealed class WatchedBatches(TensorTracker tracker) : IBatches
    {
        public List<int> Alive { get; } = [];

        public long Rows => Count * 8;

        public long Count => 20;

        public IEnumerable<Batch> Epoch(int epoch, long from)
        {
            for (var number = from; number < Count; number++)
            {
                Alive.Add(tracker.Live.Length);
                yield return new(new(Tensor.Ones([8, 1]), null), Tensor.Ones([8]), null);
            }
        }

        public void Dispose()
        {
        }
    }
}
