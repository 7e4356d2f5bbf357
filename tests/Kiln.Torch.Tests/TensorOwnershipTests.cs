using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class TensorOwnershipTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it_but_what_is_kept()
    {
        Tensor inside, kept;
        using (var scope = new TensorScope())
        {
            inside = Tensor.Ones([2]);
            kept = scope.Keep(inside + 1);
        }
        Should.Throw<TorchException>(() => inside.Sum()).Message.ShouldContain("disposed already");
        kept.ToArray<float>().ShouldBe([2, 2]);
        kept.Dispose();
    }

    [Fact]
    public void What_an_inner_scope_keeps_belongs_to_the_outer_one()
    {
        Tensor kept;
        using (new TensorScope())
        {
            using (var inner = new TensorScope()) kept = inner.Keep(Tensor.Ones([2]));
            kept.Sum().Item().ShouldBe(2);
        }
        Should.Throw<TorchException>(() => kept.Sum());
    }

    [Fact]
    public void Closing_an_outer_scope_before_an_inner_one_is_an_error()
    {
        var outer = new TensorScope();
        var inner = new TensorScope();
        Should.Throw<TorchException>(outer.Dispose).Message.ShouldContain("scope opened inside");
        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void A_scope_around_a_long_loop_does_not_grow()
    {
        using var scope = new TensorScope();
        var sum = Tensor.Zeros([1]);
        for (var i = 0; i < 10_000; i++)
        {
            using var one = Tensor.Ones([1]);
            sum.AddInPlace(one);
        }
        sum.Item().ShouldBe(10_000);
        typeof(TensorScope).GetField("tensors", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
            .GetValue(scope).ShouldBeOfType<List<Tensor>>().Capacity.ShouldBeLessThan(64);
    }

    [Fact]
    public void The_tracker_finds_what_was_not_disposed_and_where_it_was_made()
    {
        using var tracker = TensorTracker.Start();
        using (Tensor.Ones([2])) { }
        var forgotten = Forget();
        var leak = tracker.Live.ShouldHaveSingleItem();
        leak.Description.ShouldBe("Float32 [3, 5] on cpu");
        leak.Stack.ShouldContain(nameof(Forget));
        forgotten.Dispose();
        tracker.Live.ShouldBeEmpty();
    }

    [Fact]
    public void A_training_step_leaves_nothing_behind()
    {
        using var tracker = TensorTracker.Start();
        using (var model = new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU(), new Dropout(0.1), new Linear(4, 1)))
        using (var optimizer = new Adam(model.Parameters))
        using (var loss = new BCEWithLogitsLoss(positiveWeight: Tensor.Full([1], 3)))
        using (var x = Tensor.Ones([8, 3]))
        using (var y = Tensor.Ones([8, 1]))
        {
            using var logits = model.Forward(x);
            using var value = loss.Forward(logits, y);
            value.Backward();
            Gradients.ClipNorm(model.Parameters, 1);
            optimizer.Step();
        }
        tracker.Live.ShouldBeEmpty();
    }

    static Tensor Forget() => Tensor.Zeros([3, 5]);
}
