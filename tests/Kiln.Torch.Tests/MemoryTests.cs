using System.Globalization;
using Kiln.Torch;

namespace Kiln.Tests.Torch;

/// <summary>That training leaves no native memory behind, whether its steps end or not.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void Two_thousand_steps_leave_nothing_behind()
    {
        using var training = new Training();
        training.ShouldStayFlat(2000, training.Step);
    }

    [Fact]
    public void Steps_given_up_in_the_middle_leave_nothing_behind()
    {
        using var training = new Training();
        var places = Enum.GetValues<Place>();
        var number = 0;
        training.ShouldStayFlat(100, () =>
        {
            var place = places[number++ % places.Length];
            Should.Throw<InvalidOperationException>(() => training.StepUntil(place));
        }, megabytes: 4);
    }

    [Fact]
    public void Calls_that_libtorch_refuses_leave_nothing_behind()
    {
        using var training = new Training();
        using var wrong = Tensor.Ones([4, 3]);
        training.ShouldStayFlat(40, () => Should.Throw<TorchException>(() => training.Model.Forward(wrong)));
    }

    enum Place
    {
        Forward,
        Loss,
        Backward,
        Clipping,
    }

    /// <summary>A small network with everything that holds native memory: layers, dropout, batch normalization, focal loss, optimizer.</summary>
    sealed class Training : IDisposable
    {
        readonly Tensor x = Tensor.Randn([64, 15]);
        readonly Tensor y = Tensor.Ones([64, 1]);
        readonly Tensor weights = Tensor.Rand([64]);
        readonly BinaryFocalLoss loss = new();
        readonly Optimizer optimizer;

        public Training() => optimizer = new AdamW(Model.Parameters);

        public Sequential Model { get; } = new(new Linear(15, 64), new BatchNorm1d(64), new ReLU(), new Dropout(0.1), new LayerNorm(64), new Linear(64, 2), new ReGLU());

        public void Step() => StepUntil(null);

        public void StepUntil(Place? failure)
        {
            using var scope = new TensorScope();
            optimizer.ZeroGrad();
            var logits = Model.Forward(x);
            FailAt(Place.Forward);
            var value = loss.Forward(logits, y, weights);
            FailAt(Place.Loss);
            value.Backward();
            FailAt(Place.Backward);
            Gradients.ClipNorm(Model.Parameters, 1);
            FailAt(Place.Clipping);
            optimizer.Step();

            void FailAt(Place place)
            {
                if (failure == place) throw new InvalidOperationException($"given up after {place}");
            }
        }

        public void ShouldStayFlat(int times, Action step, int megabytes = 16)
        {
            Step();
            using (var tracker = TensorTracker.Start())
            {
                for (var i = 0; i < 8; i++) step();
                tracker.Live.ShouldBeEmpty();
            }
            for (var i = 0; i < times / 4; i++) step();
            // Without a collection: what only finalizers release would grow here, and does not count as released.
            var before = ResidentBytes();
            for (var i = 0; i < times; i++) step();
            (ResidentBytes() - before).ShouldBeLessThan(megabytes << 20);
        }

        public void Dispose()
        {
            foreach (IDisposable part in new IDisposable[] { x, y, weights, loss, optimizer, Model }) part.Dispose();
        }

        static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
