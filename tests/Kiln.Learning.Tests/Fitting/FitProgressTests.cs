using Kiln.Learning.Fitting;

namespace Kiln.Tests.Learning.Fitting;

public sealed class FitProgressTests
{
    [Fact]
    public void A_falling_loss_is_drawn_as_falling()
    {
        FitProgress.Curve([0.8, 0.4, 0.2, 0.1]).ShouldBe("█▆▃▁");
        FitProgress.Curve([.. Enumerable.Range(1, 100).Select(epoch => 1.0 / epoch)]).Length.ShouldBe(16);
        FitProgress.Curve([0.5]).ShouldBe("▁");
        FitProgress.Curve([0.5, double.NaN]).ShouldBe("");
        FitProgress.Curve([]).ShouldBe("");
    }
}
