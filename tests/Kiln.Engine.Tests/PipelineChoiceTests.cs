namespace Kiln.Tests;

/// <summary>Which of several pipelines a request means, and whose mistake a mistake is.</summary>
public sealed class PipelineChoiceTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public PipelineChoiceTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => pipeline.Add(new Fit(pipeline.Settings<FitSettings>(), pipeline.Add(_space.Stage("clean", "in.txt")).Text));
        _space.Others.Add(new PipelineDefinition("second", pipeline => pipeline.Add(new Worded(pipeline.Settings<WordedSettings>()))));
    }

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData("Worded", "worded.word=[1, 2]", "worded.word")]
    [InlineData("Fit", "fit.depth=1000", "fit.depth")]
    public async Task A_wrong_value_is_told_of_the_pipeline_that_has_the_target(string target, string pair, string key)
    {
        (await _space.RunAsync("-t", target, "--set", pair)).ShouldBe(2);
        _space.Printed.ShouldContain($"--set {pair}");
        _space.Printed.ShouldContain(key);
        _space.Printed.ShouldNotContain("There is no such setting");
    }

    [Fact]
    public async Task A_setting_that_several_have_is_no_other_pipelines_where_its_value_is_wrong_for_one()
    {
        _space.Others.Add(new PipelineDefinition("third", pipeline =>
        {
            var settings = pipeline.Settings<WordedSettings>();
            if (settings.Word == "third") throw new UsageException("This word is not for the third:", [], "Choose another.");
            pipeline.Add(_space.Stage("Spoken", "in.txt"));
        }));
        (await _space.RunAsync("--pipeline", "third", "--set", "worded.word=third")).ShouldBe(2);
        _space.Printed.ShouldStartWith("This word is not for the third:");
        (await _space.RunAsync("--set", "worded.word=third")).ShouldBe(2);
        _space.Printed.ShouldContain("  belongs to  second, third\n  asked for   test\n");
        _space.Printed.ShouldContain("run a target of second or third.");
    }

    [Theory]
    [InlineData("-t", "Worded")]
    [InlineData("--pipeline", "second")]
    public async Task A_setting_of_another_pipeline_is_told_as_such(params string[] choice)
    {
        (await _space.RunAsync([.. choice, "--set", "fit.depth=4"])).ShouldBe(2);
        _space.Printed.ShouldBe("""
            A setting belongs to another pipeline:
              given       --set fit.depth=4
              belongs to  test
              asked for   second
            Leave it out, or run a target of test.

            """);
    }

    [Fact]
    public async Task Without_a_target_a_setting_of_another_pipeline_is_told_as_such_too()
    {
        (await _space.RunAsync("--set", "worded.word=x")).ShouldBe(2);
        _space.Printed.ShouldContain("  belongs to  second\n  asked for   test\n");
    }

    [Fact]
    public async Task A_setting_that_no_pipeline_knows_is_told_of_the_one_that_has_the_target()
    {
        (await _space.RunAsync("-t", "Worded", "--set", "wordy.word=x")).ShouldBe(2);
        _space.Printed.ShouldContain("section  second's settings");
        _space.Printed.ShouldContain("Did you mean worded?");
    }

    [Fact]
    public async Task A_broken_settings_file_is_no_fault_of_a_target_of_another_pipeline()
    {
        _space.WriteSettings("nonsense: [");
        await _space.SucceedAsync("-t", "Worded");
        (await _space.RunAsync("-t", "Fit")).ShouldBe(2);
        _space.Printed.ShouldContain("pipelines/test/settings.yaml");
        _space.Write("pipelines/second/settings.yaml", "nonsense: [");
        (await _space.RunAsync("-t", "Worded")).ShouldBe(2);
        _space.Printed.ShouldContain("pipelines/second/settings.yaml");
    }

    [Fact]
    public async Task A_task_of_the_host_does_not_run_for_a_stage_of_the_same_name_whose_settings_are_broken()
    {
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Fit", _space))) { Folder = null });
        _space.WriteSettings("nonsense: [");
        (await _space.RunAsync("-t", "Fit")).ShouldBe(2);
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("Several pipelines have what is asked for");
    }

    [Fact]
    public async Task Of_two_pipelines_with_a_target_the_one_that_takes_the_setting_is_meant()
    {
        _space.Others.Add(new PipelineDefinition("third", pipeline => pipeline.Add(new Worded(pipeline.Settings<WordedSettings>()))));
        _space.Others.Add(new PipelineDefinition("fourth", pipeline =>
        {
            pipeline.Settings<FitSettings>();
            pipeline.Add(_space.Stage("Worded", "in.txt"));
        }));
        (await _space.RunAsync("-t", "Worded")).ShouldBe(2);
        _space.Printed.ShouldContain("Several pipelines have what is asked for");
        await _space.SucceedAsync("-t", "Worded", "--set", "fit.depth=4");
        _space.Ran.ShouldBe(["Worded"]);
        (await _space.RunAsync("-t", "Worded", "--set", "worded.word=x")).ShouldBe(2);
        _space.Printed.ShouldContain("Several pipelines have what is asked for");
    }

    [Fact]
    public async Task Of_several_pipelines_with_a_target_the_first_is_meant_but_never_a_task_of_the_host_by_chance()
    {
        _space.Others.Add(new PipelineDefinition("third", pipeline => pipeline.Add(_space.Stage("Fit", "in.txt"))));
        await _space.SucceedAsync("-t", "Fit");
        _space.Has("out/fit.txt").ShouldBeTrue();
        _space.Ran.ShouldNotContain("Fit");
        _space.Others.Add(new PipelineDefinition("tasks", pipeline => pipeline.Add(new TaskStage("Fit", _space))) { Folder = null });
        (await _space.RunAsync("-t", "Fit")).ShouldBe(2);
        _space.Printed.ShouldContain("Several pipelines have what is asked for");
    }

    [Fact]
    public async Task An_unknown_target_is_told_before_a_setting_that_some_pipeline_takes()
    {
        (await _space.RunAsync("-t", "Fitt", "--set", "fit.depth=4")).ShouldBe(2);
        _space.Printed.ShouldContain("There is no such target:");
        _space.Printed.ShouldContain("Did you mean Fit?");
    }

    sealed record WordedSettings
    {
        public string Word { get; init; } = "plain";
    }

    sealed class Worded(WordedSettings settings) : Stage
    {
        public Output<PlainFile> Text { get; } = new("out/worded.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText(settings.Word);
            return Task.CompletedTask;
        }
    }
}
