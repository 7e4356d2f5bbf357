using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class DocumentTests
{
    [Fact]
    public void The_training_loop_of_the_documentation_learns()
    {
        ReadmeCode.ShouldStandIn("new BinaryFocalLoss(", "tests/Kiln.Torch.Tests/DocumentTests.cs", "docs/torch.md");
        TorchRuntime.Seed(1);
        using var outer = new TensorScope();
        var x = Tensor.Randn([64, 15]);
        var y = x.Sum([1], keep: true).GreaterThan(0).To(ScalarType.Float32);
        var rowWeights = Tensor.Ones([64]);
        using var model = new Sequential(new Linear(15, 64), new BatchNorm1d(64), new ReLU(), new Dropout(0.1), new Linear(64, 1));
        using var optimizer = new AdamW(model.Parameters, 0.01);
        using var loss = new BinaryFocalLoss(gamma: 2, alpha: 0.25);
        var before = loss.Forward(model.Forward(x), y).Item();
        var schedule = new OneCycleLR(optimizer, greatestRate: 0.01, totalSteps: 100);
        for (var step = 0; step < 100; step++)
        {
            using var scope = new TensorScope();
            schedule.MoveTo(step);
            optimizer.ZeroGrad();
            loss.Forward(model.Forward(x), y, rowWeights).Backward();
            Gradients.ClipNorm(model.Parameters, 1);
            optimizer.Step();
        }
        loss.Forward(model.Forward(x), y).Item().ShouldBeLessThan(before / 5);
    }
}
