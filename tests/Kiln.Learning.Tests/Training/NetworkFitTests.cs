using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Training;

[Collection(SerialTraining.Name)]
public sealed class NetworkFitTests
{
    [Fact]
    public void An_epochs_batches_are_given_up_one_by_one()
    {
        using var tracker = TensorTracker.Start();
        var batches = new WatchedBatches(tracker);
        var settings = new NetworkSettings { FeedForward = new() { Hidden = [4], Dropout = 0 }, Training = new() { Epochs = 1, BatchSize = 8, Device = "cpu" } };
        using var network = Architectures.Make(settings, new NetworkLayout([new() { Name = "X" }]), Target.Binary("Y"));
        using var fit = new NetworkFit(new()
        {
            Settings = settings.Training,
            Target = Target.Binary("Y"),
            Device = Device.Parse("cpu"),
            Network = network,
            Training = batches,
            Scale = LabelScale.None,
        });
        fit.RunEpoch(() => { }, default);
        batches.Alive.Skip(2).Distinct().Count().ShouldBe(1, string.Join(", ", batches.Alive));
    }

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
