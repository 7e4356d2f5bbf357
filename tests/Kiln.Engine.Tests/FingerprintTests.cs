using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>What a stage's fingerprint covers, and what it does not.</summary>
public sealed class FingerprintTests : IDisposable
{
    readonly PipelineSpace _space = new();
    string _hidden = "a";

    public FingerprintTests()
    {
        _space.Write("in.txt", "x");
        _space.WriteSettings("fit:\n  rate: 0.1\n  depth: 2\nsplit:\n  days: 7\n");
        _space.Declare = pipeline =>
        {
            var split = pipeline.Add(new Split(pipeline.Settings<SplitSettings>(), _space) { Hidden = _hidden });
            pipeline.Add(new Fit(split, pipeline.Settings<FitSettings>(), _space));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_changed_setting_reruns_the_stages_that_ask_for_its_record()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--set", "fit.rate=0.2");
        _space.Ran.ShouldBe(["Fit"]);
        _space.Printed.ShouldContain("fit.rate 0.1 → 0.2");
    }

    [Fact]
    public async Task Several_changes_are_counted()
    {
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync("--set", "split.days=8");
        _space.Printed.ShouldContain("split.days 7 → 8 (and 1 more)");
    }

    [Fact]
    public async Task An_edited_comment_or_order_in_the_settings_reruns_nothing()
    {
        await _space.SucceedAsync();
        _space.WriteSettings("# tuned in spring\nsplit: { days: 7 }\n\nfit:\n  depth: 2 # shallow\n  rate: 1e-1\n");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_setting_written_as_its_default_reruns_nothing()
    {
        await _space.SucceedAsync();
        _space.WriteSettings("fit:\n  rate: 0.1\n  depth: 2\n  kind: tree\nsplit:\n  days: 7\n");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Settings_seen_before_are_restored()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--set", "fit.rate=0.2");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("fit.rate 0.2 → 0.1; made before");
        _space.Read("fit.txt").ShouldBe("split x by 7 at 0.1");
    }

    [Fact]
    public async Task What_is_marked_NotFingerprinted_reruns_nothing()
    {
        await _space.SucceedAsync();
        _hidden = "b";
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_manifest_covers_name_code_settings_inputs_and_outputs()
    {
        await _space.SucceedAsync();
        var manifest = Result("Fit").Manifest;
        Value(manifest, FactKind.Stage, "name").ShouldBe("Fit");
        var code = CodeListing.TryRead(_space.PathOf(".kiln/code/" + Value(manifest, FactKind.Code, "Fit"))).ShouldNotBeNull();
        code.Parts.ShouldContain(part => part.Name.StartsWith("[Kiln.Engine.Tests]Kiln.Tests.FingerprintTests+Fit.RunAsync", StringComparison.Ordinal));
        code.Parts.ShouldNotContain(part => part.Name.StartsWith("[Kiln.Engine]", StringComparison.Ordinal));
        manifest.Facts.Where(fact => fact.Kind == FactKind.Setting).Select(fact => (fact.Label, fact.Value))
            .ShouldBe([("fit.depth", "2"), ("fit.kind", "\"tree\""), ("fit.rate", "0.1")]);
        Value(manifest, FactKind.Input, "Rows split.txt").ShouldBe(ContentHash.Of("split x by 7"u8).ToString());
        Value(manifest, FactKind.Output, "Model").ShouldBe("fit.txt");
    }

    [Fact]
    public async Task A_moved_workspace_stays_up_to_date()
    {
        await _space.SucceedAsync();
        using var moved = new PipelineSpace();
        Directory.Delete(moved.Root);
        Directory.Move(_space.Root, moved.Root);
        Directory.CreateDirectory(_space.Root);
        moved.Declare = _space.Declare;
        _space.Ran.Clear();
        await moved.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        moved.Printed.ShouldContain("2 up to date");
    }

    [Fact]
    public void Facts_that_could_be_confused_have_different_fingerprints()
    {
        static ContentHash Of(params (string Label, string Value)[] facts) =>
            new Manifest(facts.Select(fact => new Fact(FactKind.Setting, fact.Label, fact.Value))).Fingerprint;
        ContentHash[] all =
        [
            Of(("a", "b\tc")), Of(("a\tb", "c")), Of(("a", "b"), ("c", "d")), Of(("a", "b\n2\tc\td")), Of(("a", "b\\n2\\tc\\td")), Of(("a", "")), Of(),
        ];
        all.Distinct().Count().ShouldBe(all.Length);
    }

    static string Value(Manifest manifest, FactKind kind, string label) => manifest.Facts.Single(fact => fact.Kind == kind && fact.Label == label).Value;

    Caching.StageResult Result(string stage) =>
        Caching.Cache.Of(_space.PathOf(".kiln")).Results.Find(_space.State.Stages["test/" + stage].Fingerprint).ShouldNotBeNull();

    sealed record SplitSettings
    {
        public int Days { get; init; } = 7;
    }

    sealed record FitSettings
    {
        public double Rate { get; init; } = 0.5;

        public int Depth { get; init; } = 1;

        public string Kind { get; init; } = "tree";
    }

    sealed class Split(SplitSettings settings, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        [NotFingerprinted]
        public string Hidden { get; init; } = "";

        public Input<PlainFile> Source { get; } = Input<PlainFile>.Source("in.txt");

        public Output<PlainFile> Rows { get; } = new("split.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            run.Open(Rows).WriteText($"split {run.Open(Source).ReadText()} by {settings.Days}");
            return Task.CompletedTask;
        }
    }

    sealed class Fit(Split split, FitSettings settings, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        public Input<PlainFile> Rows { get; } = split.Rows;

        public Output<PlainFile> Model { get; } = new("fit.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            run.Open(Model).WriteText($"{run.Open(Rows).ReadText()} at {settings.Rate}");
            return Task.CompletedTask;
        }
    }
}
