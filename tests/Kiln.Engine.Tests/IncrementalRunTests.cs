namespace Kiln.Tests;

public sealed class IncrementalRunTests : IDisposable
{
    readonly PipelineSpace _space;

    public IncrementalRunTests()
    {
        _space = new PipelineSpace();
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            var left = pipeline.Add(_space.Stage("left", clean));
            var right = pipeline.Add(_space.Stage("right", clean));
            pipeline.Add(_space.Stage("join", left, right));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_first_run_makes_everything_in_order()
    {
        (await _space.RunAsync()).ShouldBe(0, _space.Printed);
        _space.Read("out/join.txt").ShouldBe("join(left(clean(x)),right(clean(x)))");
        _space.Ran.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_second_run_runs_nothing()
    {
        await _space.RunAsync();
        (await _space.RunAsync()).ShouldBe(0, _space.Printed);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("4 up to date");
    }
}
