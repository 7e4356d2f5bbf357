namespace Kiln.Tests;

/// <summary>How stages are run: side by side, in order, on failures, and around the body.</summary>
public sealed class RunningTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public RunningTests() => _space.Write("in.txt", "x");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Independent_stages_overlap()
    {
        using var barrier = new Barrier(2);
        Task Meet(StageRun run, TextStage stage)
        {
            barrier.SignalAndWait(TimeSpan.FromSeconds(20)).ShouldBeTrue("the other stage did not start");
            stage.WriteText(run);
            return Task.CompletedTask;
        }

        _space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("a", ["in.txt"], _space) { Body = Meet });
            pipeline.Add(new TextStage("b", ["in.txt"], _space) { Body = Meet });
        };
        await _space.SucceedAsync("--jobs", "2");
    }

    [Fact]
    public async Task One_job_at_a_time_runs_in_the_declared_order()
    {
        var (running, most) = (0, 0);
        async Task Count(StageRun run, TextStage stage)
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            stage.WriteText(run);
            Interlocked.Decrement(ref running);
        }

        _space.Declare = pipeline =>
        {
            foreach (var name in "abcdef") pipeline.Add(new TextStage(name.ToString(), ["in.txt"], _space) { Body = Count });
        };
        await _space.SucceedAsync("--jobs", "1");
        most.ShouldBe(1);
        _space.Ran.ShouldBe(["a", "b", "c", "d", "e", "f"]);
    }

    [Fact]
    public async Task A_failure_skips_what_needs_it_and_starts_nothing_new()
    {
        DeclareWithFailure();
        (await _space.RunAsync("--jobs", "1")).ShouldBe(1);
        _space.Ran.ShouldBe(["bad"]);
        Row("after").ShouldBe("after skipped bad failed");
        Row("apart").ShouldBe("apart skipped an earlier stage failed");
    }

    [Fact]
    public async Task Keep_going_runs_what_does_not_need_the_failed_stage()
    {
        DeclareWithFailure();
        (await _space.RunAsync("--jobs", "1", "--keep-going")).ShouldBe(1);
        _space.Ran.ShouldBe(["bad", "apart"]);
        Row("after").ShouldBe("after skipped bad failed");
    }

    [Fact]
    public async Task A_failed_stage_runs_again_and_the_others_do_not()
    {
        DeclareWithFailure();
        await _space.RunAsync("--jobs", "1", "--keep-going");
        _space.Declare = pipeline =>
        {
            var bad = pipeline.Add(_space.Stage("bad", "in.txt"));
            pipeline.Add(_space.Stage("after", bad));
            pipeline.Add(_space.Stage("apart", "in.txt"));
        };
        await _space.SucceedAsync("--jobs", "1");
        _space.Ran.ShouldBe(["bad", "after"]);
    }

    [Fact]
    public async Task A_stage_that_may_fail_neither_stops_nor_fails_the_run()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new Optional());
            pipeline.Add(new AfterOptional());
            pipeline.Add(_space.Stage("apart", "in.txt"));
        };
        await _space.SucceedAsync("--jobs", "1");
        _space.Ran.ShouldBe(["apart"]);
        Row("Optional").ShouldStartWith("Optional failed Optional threw an error of its own");
        Row("AfterOptional").ShouldBe("AfterOptional skipped Optional failed");
    }

    [Fact]
    public async Task A_stage_that_throws_is_told_without_a_stack_trace()
    {
        DeclareWithFailure();
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("""
            bad: failed
            bad threw an error of its own:
              type     InvalidOperationException
              message  broken on purpose
            Run with --verbosity diagnostic for where it was thrown.
            """);
        _space.Printed.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_stage_that_throws_is_told_with_its_stack_trace_in_a_diagnostic_run()
    {
        DeclareWithFailure();
        (await _space.RunAsync("--verbosity", "diagnostic")).ShouldBe(1);
        _space.Printed.ShouldContain("   at Kiln.Tests.RunningTests");
    }

    [Fact]
    public async Task An_output_that_is_not_written_fails_the_stage()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("lazy", ["in.txt"], _space) { Body = (_, _) => Task.CompletedTask });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("""
            An output was declared but not written:
              output  out/lazy.txt
              stage   lazy
            """);
    }

    [Fact]
    public async Task An_input_that_is_not_declared_cannot_be_opened()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("sly", ["in.txt"], _space)
        {
            Body = (run, _) => Task.FromResult(run.Open(Input<PlainFile>.Source("secret.txt"))),
        });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A stage opened an input that it does not declare:");
    }

    [Fact]
    public async Task An_error_of_its_own_decides_the_exit_code()
    {
        _space.Declare = pipeline => pipeline.Add(new TaskStage("gate", _space) { Body = _ => throw new GateSaysNo() });
        (await _space.RunAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Outputs_are_invisible_before_the_stage_succeeds()
    {
        var seen = true;
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                stage.WriteText(run);
                seen = _space.Has("out");
                return Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        seen.ShouldBeFalse();
        _space.Has("out/a.txt").ShouldBeTrue();
        _space.Files(".kiln/staging").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_stage_leaves_no_output_and_keeps_the_last_good_one()
    {
        await AfterGoodThenHalfWritten();
        _space.Read("out/a.txt").ShouldBe("a(x)");
        _space.Files(".kiln/staging").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stage_that_should_not_run_is_skipped_with_its_reason_and_so_is_what_needs_it()
    {
        _space.Declare = pipeline =>
        {
            var shy = pipeline.Add(new Shy());
            pipeline.Add(_space.Stage("after", shy.Text));
        };
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        Row("Shy").ShouldBe("Shy skipped it is a holiday");
        Row("after").ShouldBe("after skipped Shy was not made");
    }

    [Fact]
    public async Task A_question_that_throws_fails_its_stage_and_no_more()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new Undecided());
            pipeline.Add(_space.Stage("apart", "in.txt"));
        };
        (await _space.RunAsync("--keep-going")).ShouldBe(1);
        _space.Ran.ShouldBe(["apart"]);
        Row("Undecided").ShouldStartWith("Undecided failed Undecided threw an error of its own");
    }

    [Fact]
    public async Task OnError_and_Finally_are_called_around_a_body_that_throws()
    {
        var calls = new List<string>();
        _space.Declare = pipeline => pipeline.Add(new Watched(calls, true));
        (await _space.RunAsync()).ShouldBe(1);
        calls.ShouldBe(["run", "error: broken on purpose", "finally"]);
    }

    [Fact]
    public async Task Finally_alone_is_called_after_a_body_that_succeeds()
    {
        var calls = new List<string>();
        _space.Declare = pipeline => pipeline.Add(new Watched(calls, false));
        await _space.SucceedAsync();
        calls.ShouldBe(["run", "finally"]);
    }

    [Fact]
    public async Task Stages_are_ordered_without_data_by_IsDependentOn_and_IsDependeeOf()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new Last(_space));
            pipeline.Add(new Middle(_space));
            pipeline.Add(new First(_space));
        };
        await _space.SucceedAsync("--target", "Last");
        _space.Ran.ShouldBe(["First", "Middle", "Last"]);
    }

    [Fact]
    public async Task One_stage_is_ordered_before_another_without_being_part_of_what_it_is_made_from()
    {
        var word = "";
        _space.Write("in.txt", "in");
        _space.Declare = pipeline =>
        {
            var later = pipeline.Add(_space.Stage("a-later", "in.txt"));
            pipeline.Add(_space.Stage("b-apart", "in.txt"));
            var first = pipeline.Add(new TextStage("c-first", ["in.txt"], _space) { Word = word, Body = (run, stage) => word == "broken" ? throw new InvalidOperationException("on purpose") : Write(run, stage) });
            pipeline.RunBefore(first, later.Text);
            pipeline.RunBefore(first, first.Text);
        };
        await _space.SucceedAsync("--target", "a-later");
        _space.Ran.ShouldBe(["c-first", "a-later"]);
        word = "!";
        await _space.SucceedAsync("--target", "a-later");
        _space.Ran.ShouldBe(["c-first"]);
        word = "broken";
        _space.Write("in.txt", "other");
        (await _space.RunAsync("--target", "a-later")).ShouldBe(1);
        _space.Ran.ShouldBe(["c-first"]);

        static Task Write(StageRun run, TextStage stage)
        {
            stage.WriteText(run);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_stage_that_was_not_added_is_ordered_before_nothing()
    {
        _space.Declare = pipeline => pipeline.RunBefore(_space.Stage("nobody", "in.txt"), pipeline.Add(_space.Stage("a", "in.txt")).Text);
        (await _space.RunAsync()).ShouldBe(2, _space.Printed);
        _space.Printed.ShouldContain("nobody");
    }

    [Fact]
    public async Task A_stage_sees_how_everything_upstream_was_made()
    {
        RunFacts? facts = null;
        _space.Declare = pipeline =>
        {
            var a = pipeline.Add(_space.Stage("a", "in.txt"));
            pipeline.Add(_space.Stage("unrelated", "in.txt"));
            var b = pipeline.Add(new TextStage("b", [a], _space) { Word = "!" });
            pipeline.Add(new TaskStage("page", _space, b) { Body = run => { facts = run.Facts; return Task.CompletedTask; } });
        };
        await _space.SucceedAsync();
        facts.ShouldNotBeNull().Upstream.Select(record => record.Name).ShouldBe(["a", "b"]);
        var first = facts.Run;

        await _space.SucceedAsync();
        facts.Run.ShouldNotBe(first);
        var record = facts.Upstream[1];
        record.Outcome.ShouldBeOfType<Outcome.UpToDate>();
        record.Run.ShouldBe(first);
        record.Needs.ShouldBe(["a"]);
        record.Settings.ShouldContain(("word", "\"!\""));
        record.Outputs.ShouldHaveSingleItem().Path.ShouldBe("out/b.txt");
    }

    [Fact]
    public async Task Many_stages_may_ask_for_facts_while_others_end()
    {
        _space.Declare = pipeline =>
        {
            var roots = Enumerable.Range(0, 40).Select(i => pipeline.Add(_space.Stage($"root{i}", "in.txt"))).ToList();
            foreach (var root in roots)
                pipeline.Add(new TextStage("child-" + root.Name, [root], _space)
                {
                    Body = (run, stage) =>
                    {
                        run.Facts.Upstream.Single().Outcome.ShouldBeOfType<Outcome.Ran>();
                        stage.WriteText(run);
                        return Task.CompletedTask;
                    },
                });
        };
        await _space.SucceedAsync("--jobs", "8");
    }

    [Fact]
    public async Task Checkpoints_outlive_a_failure_and_not_a_success()
    {
        var attempts = 0;
        _space.Declare = pipeline => pipeline.Add(new TextStage("long", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                var checkpoint = Path.Combine(run.CheckpointFolder, "half");
                if (attempts++ == 0)
                {
                    Directory.CreateDirectory(run.CheckpointFolder);
                    File.WriteAllText(checkpoint, "half done");
                    throw new InvalidOperationException("broken on purpose");
                }

                File.ReadAllText(checkpoint).ShouldBe("half done");
                stage.WriteText(run);
                return Task.CompletedTask;
            },
        });
        (await _space.RunAsync()).ShouldBe(1);
        await _space.SucceedAsync();
        _space.Files(".kiln/checkpoints").ShouldBeEmpty();
    }

    async Task AfterGoodThenHalfWritten()
    {
        var fails = false;
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                stage.WriteText(run);
                return fails ? throw new InvalidOperationException("broken on purpose") : Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        fails = true;
        _space.Write("in.txt", "y");
        (await _space.RunAsync()).ShouldBe(1);
    }

    void DeclareWithFailure() => _space.Declare = pipeline =>
    {
        var bad = pipeline.Add(new TextStage("bad", ["in.txt"], _space) { Body = (_, _) => throw new InvalidOperationException("broken on purpose") });
        pipeline.Add(_space.Stage("after", bad));
        pipeline.Add(_space.Stage("apart", "in.txt"));
    };

    string Row(string stage) => ClosingRows.Of(_space.Printed, stage).Single();

    sealed class GateSaysNo() : KilnException("The gate says no.", [], "")
    {
        public override ExitCode ExitCode => ExitCode.GateFailed;
    }

    [ContinueOnError]
    sealed class Optional : Stage
    {
        protected internal override Task RunAsync(StageRun run) => throw new InvalidOperationException("broken on purpose");
    }

    [IsDependentOn(typeof(Optional))]
    sealed class AfterOptional : Stage
    {
        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }

    sealed class Shy : Stage
    {
        public Output<PlainFile> Text { get; } = new("shy.txt");

        protected internal override RunDecision ShouldRun() => RunDecision.No("it is a holiday");

        protected internal override Task RunAsync(StageRun run) => throw new InvalidOperationException("it ran");
    }

    sealed class Undecided : Stage
    {
        protected internal override RunDecision ShouldRun() => throw new InvalidOperationException("no idea");

        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }

    sealed class Watched(List<string> calls, bool fails) : Stage
    {
        protected internal override Task RunAsync(StageRun run)
        {
            calls.Add("run");
            return fails ? throw new InvalidOperationException("broken on purpose") : Task.CompletedTask;
        }

        protected internal override void OnError(Exception error, StageRun run) => calls.Add("error: " + error.Message);

        protected internal override void Finally(StageRun run) => calls.Add("finally");
    }

    sealed class First(PipelineSpace space) : TaskStage("First", space);

    [IsDependentOn(typeof(First))]
    [IsDependeeOf(typeof(Last))]
    sealed class Middle(PipelineSpace space) : TaskStage("Middle", space);

    sealed class Last(PipelineSpace space) : TaskStage("Last", space);
}
