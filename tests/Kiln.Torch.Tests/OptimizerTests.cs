using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class OptimizerTests
{
    static readonly Dictionary<string, Func<IEnumerable<Tensor>, bool, Optimizer>> cases = new()
    {
        ["adam"] = (p, fused) => new Adam(p, 0.05) { AllowFused = fused },
        ["adam.decay"] = (p, fused) =>
            new Adam(p, 0.05, new() { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.1 }) { AllowFused = fused },
        ["adamw"] = (p, fused) => new AdamW(p, 0.05) { AllowFused = fused },
        ["adamw.decay"] = (p, fused) => new AdamW(p, 0.05, new() { WeightDecay = 0.3 }) { AllowFused = fused },
        ["sgd"] = (p, fused) => new SGD(p, 0.05) { AllowFused = fused },
        ["sgd.momentum"] = (p, fused) => new SGD(p, 0.05, new() { Momentum = 0.9, Dampening = 0.2, WeightDecay = 0.1 }) { AllowFused = fused },
        ["sgd.nesterov"] = (p, fused) => new SGD(p, 0.05, new() { Momentum = 0.9, WeightDecay = 0.1, Nesterov = true }) { AllowFused = fused },
    };

    public static TheoryData<string, ScalarType, bool> Ways
    {
        get
        {
            var ways = new TheoryData<string, ScalarType, bool>();
            foreach (var name in cases.Keys)
                foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
                    foreach (var fused in new[] { true, false })
                        ways.Add(name, type, fused);
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_step_of_a_trajectory_agrees_with_PyTorch(string name, ScalarType type, bool fused)
    {
        using var problem = new LeastSquares(type);
        using var optimizer = cases[name](problem.Parameters, fused);
        var expected = PyTorchValues.Get($"trajectory/{name}{(type == ScalarType.Float32 ? ".float32" : "")}");
        for (var step = 0; step < expected.Size(0); step++)
        {
            problem.Step(optimizer, clip: 0.9);
            using var reached = problem.Flatten();
            using var wanted = expected[step];
            reached.ShouldAgreeWith(wanted, type == ScalarType.Float64 ? 1e-12 : 3e-6);
        }
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd.nesterov")]
    public void A_restored_state_goes_on_with_the_same_bits(string name)
    {
        using var straight = new LeastSquares(ScalarType.Float32);
        using var first = cases[name](straight.Parameters, true);
        for (var step = 0; step < 3; step++) straight.Step(first);
        using var resumed = new LeastSquares(ScalarType.Float32);
        using (var noGrad = new NoGrad())
            for (var i = 0; i < 2; i++) resumed.Parameters[i].CopyFrom(straight.Parameters[i]);
        using var second = cases[name](resumed.Parameters, true);
        second.LoadStateDict(first.StateDict());
        for (var step = 0; step < 3; step++)
        {
            straight.Step(first);
            resumed.Step(second);
        }
        using var ours = straight.Flatten();
        using var theirs = resumed.Flatten();
        ours.SameAs(theirs).ShouldBeTrue();
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_and_counts_no_step()
    {
        using var used = Tensor.Ones([2]);
        using var unused = Tensor.Ones([2]);
        used.RequiresGrad = unused.RequiresGrad = true;
        using var optimizer = new AdamW([used, unused]);
        using (var scope = new TensorScope()) used.Sum().Backward();
        optimizer.Step();
        unused.ToArray<float>().ShouldBe([1, 1]);
        optimizer.StateDict()["step"].ToArray<long>().ShouldBe([1, 0]);
        used.AsSpan<float>()[0].ShouldBeLessThan(1);
    }

    [Fact]
    public void A_parameter_converted_under_its_optimizer_is_an_error()
    {
        using var layer = new Linear(3, 2);
        using var optimizer = new Adam(layer.Parameters);
        using var scope = new TensorScope();
        layer.Forward(Tensor.Ones([1, 3])).Sum().Backward();
        optimizer.Step();
        optimizer.ZeroGrad();
        layer.To(ScalarType.Float64);
        layer.Forward(Tensor.Ones([1, 3], ScalarType.Float64)).Sum().Backward();
        var message = Should.Throw<TorchException>(optimizer.Step).Message;
        message.ShouldContain("the running average (Float [2, 3] on cpu) does not match its parameter (Double [2, 3] on cpu)");
    }

    [Fact]
    public void Clipping_by_value_moves_only_what_is_outside()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([3], ScalarType.Float64);
        x.RequiresGrad = true;
        (x * Tensor.From<double>(-5, 0.5, 2)).Sum().Backward();
        Gradients.Norm([x]).ShouldBe(Math.Sqrt(29.25), 1e-12);
        Gradients.ClipValue([x], 1);
        x.Grad!.ToArray<double>().ShouldBe([-1, 0.5, 1]);
    }

    public static TheoryData<string> Schedules => ["step", "exponential", "linear", "cosine", "sequential", "onecycle", "onecycle.settings"];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Schedules_give_the_rates_of_PyTorch(string name)
    {
        using var parameter = Tensor.Zeros([1]);
        using var optimizer = new SGD([parameter], 0.1);
        LRScheduler schedule = name switch
        {
            "step" => new StepLR(optimizer, 3, 0.5),
            "exponential" => new ExponentialLR(optimizer, 0.9),
            "linear" => new LinearLR(optimizer, 0.25, 1, 4),
            "onecycle" => new OneCycleLR(optimizer, 0.5, 12),
            "onecycle.settings" => new OneCycleLR(optimizer, 0.5, 20, 0.4, 10, 100),
            "cosine" => new CosineAnnealingLR(optimizer, 12, 0.001),
            _ => new SequentialLR(optimizer, new LinearLR(optimizer, 0.25, 1, 4), new CosineAnnealingLR(optimizer, 8), 4),
        };
        schedule.MoveTo(0);
        foreach (var rate in PyTorchValues.Get($"rates/{name}").ToArray<double>())
        {
            optimizer.LearningRate.ShouldBe(rate, 1e-15);
            schedule.Step();
        }
    }
}
