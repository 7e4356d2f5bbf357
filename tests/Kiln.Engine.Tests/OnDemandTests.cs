namespace Kiln.Tests;

/// <summary>Stages that run only where they, or what needs them, are named.</summary>
public sealed class OnDemandTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public OnDemandTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            pipeline.Add(new Compare(clean));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_run_without_a_target_leaves_them_out_and_the_lock_file_is_in_step_all_the_same()
    {
        await _space.SucceedAsync();
        File.Exists(_space.PathOf("out/compared")).ShouldBeFalse();
        await _space.SucceedAsync("status");
        await _space.SucceedAsync("verify");
    }

    [Fact]
    public async Task They_run_where_they_are_named_and_are_held_to_the_lock_file_from_then_on()
    {
        await _space.SucceedAsync("--target", "Compare");
        File.ReadAllText(_space.PathOf("out/compared")).ShouldBe("compared");
        await _space.SucceedAsync("verify");
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        (await _space.RunAsync("verify")).ShouldBe(5);
        _space.Printed.ShouldContain("Compare");
    }

    [OnDemand]
    sealed class Compare(TextStage clean) : Stage
    {
        public Input<PlainFile> Text { get; } = clean.Text;

        public Output<PlainFile> Compared { get; } = new("out/compared");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Compared).WriteText("compared");
            return Task.CompletedTask;
        }
    }
}
