using System.Text.RegularExpressions;

namespace Kiln.Tests.Code;

/// <summary>What a run does after its program was edited and built anew, and what it says of it.</summary>
public sealed class EditedProgramTests : IDisposable
{
    const string Lab = """
        namespace Lab;
        public static class Window { public static int Length => 7; public static int Sum(int[] all) => all.Sum() + Length; }
        """;

    const string Stages = """
        namespace Pipe;
        public sealed class Features : Stage
        {
            public Output<PlainFile> Rows { get; } = new("features.txt");
            protected override Task RunAsync(StageRun run) { run.Open(Rows).WriteText(Lab.Window.Sum([1, 2]).ToString()); return Task.CompletedTask; }
        }
        public sealed class Train(Features features) : Stage
        {
            public Input<PlainFile> Rows { get; } = features.Rows;
            public Output<PlainFile> Model { get; } = new("model.txt");
            protected override Task RunAsync(StageRun run) { run.Open(Model).WriteText("model of " + run.Open(Rows).ReadText()); return Task.CompletedTask; }
        }
        public static class Pipeline { public static void Declare(PipelineBuilder pipeline) { pipeline.Add<Features>(); pipeline.Add<Train>(); } }
        """;

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task An_edited_helper_reruns_what_reaches_it_and_is_named()
    {
        await BuildAndRunAsync(Lab, Stages);
        await BuildAndRunAsync(Lab.Replace("all.Sum()", "all.Max()"), Stages);
        _space.Printed.ShouldContain("code of Features: Window.Sum changed");
        _space.Read("model.txt").ShouldBe("model of 9");
        await BuildAndRunAsync(Lab.Replace("Length => 7", "Length => 8"), Stages);
        _space.Printed.ShouldContain("code of Features: Window.Length changed, Window.Sum changed");
        await BuildAndRunAsync(Lab.Replace("Length => 7", "Length => 8"), Stages.Replace("\"model of \"", "\"a model of \""));
        _space.Printed.ShouldContain("code of Train: Train.RunAsync changed");
    }

    [Fact]
    public async Task A_rebuild_in_another_folder_reruns_nothing()
    {
        await BuildAndRunAsync(Lab, Stages);
        await BuildAndRunAsync("// edited\n" + Lab, Stages.Replace("public sealed class Train", "/* moved */ public sealed class Train"));
        _space.Printed.ShouldContain("2 up to date");
    }

    [Fact]
    public async Task An_edit_taken_back_is_restored()
    {
        await BuildAndRunAsync(Lab, Stages);
        await BuildAndRunAsync(Lab.Replace("Length => 7", "Length => 8"), Stages);
        await BuildAndRunAsync(Lab, Stages);
        _space.Printed.ShouldContain("code of Features: Window.Length changed; made before");
    }

    [Fact]
    public async Task A_pinned_stage_depends_on_its_version_only()
    {
        var pinned = Stages.Replace("public sealed class Features", "[CodeVersion(\"3\")] public sealed class Features");
        await BuildAndRunAsync(Lab, pinned);
        await BuildAndRunAsync(Lab.Replace("all.Sum()", "all.Max()"), pinned);
        _space.Printed.ShouldContain("2 up to date");
        await BuildAndRunAsync(Lab.Replace("all.Sum()", "all.Max()"), pinned.Replace("\"3\"", "\"4\""));
        _space.Printed.ShouldContain("code of Features changed");
    }

    [Fact]
    public async Task A_pinned_helper_counts_by_its_version()
    {
        var pinned = Lab.Replace("public static class Window", "[CodeVersion(\"1\")] public static class Window");
        await BuildAndRunAsync(pinned, Stages);
        await BuildAndRunAsync(pinned.Replace("all.Sum()", "all.Max()"), Stages);
        _space.Printed.ShouldContain("2 up to date");
        await BuildAndRunAsync(pinned.Replace("\"1\"", "\"2\""), Stages);
        _space.Printed.ShouldContain("code of Features: Lab.Window changed");
    }

    [Fact]
    public async Task Reflection_is_told_once_and_what_it_uses_can_be_named()
    {
        const string Reflecting = "public static int Sum(int[] all) => (int)Type.GetType(\"Lab.Hidden\")!.GetField(\"Value\")!.GetValue(null)!; } public static class Hidden { public static int Value = 3; public static int Other() => 4;";
        var lab = Lab.Replace("public static int Sum(int[] all) => all.Sum() + Length;", Reflecting);
        await BuildAndRunAsync(lab, Stages);
        _space.Printed.ShouldContain("Features: Window.Sum finds a type by its name (System.Type.GetType)");
        _space.Printed.ShouldContain("[UsesCode(typeof(…))]");

        var named = lab.Replace("public static int Sum", "[UsesCode(typeof(Hidden))] public static int Sum");
        await BuildAndRunAsync(named, Stages);
        _space.Printed.ShouldNotContain("finds a type");
        await BuildAndRunAsync(named.Replace("Other() => 4", "Other() => 5"), Stages);
        _space.Printed.ShouldContain("code of Features: Hidden.Other changed");
    }

    [Fact]
    public async Task Why_names_the_methods_that_changed_in_rows_beneath_the_code()
    {
        await BuildAndRunAsync(Lab, Stages);
        await BuildAndAskAsync(Lab.Replace("Length => 7", "Length => 8").Replace("public static int Sum", "public static int Twice(int n) => 2 * n; public static int Sum").Replace("+ Length", "+ Twice(Length)"), Stages, "why", "Features");
        Regex.Replace(_space.Printed, "[0-9a-f]{12}| +$", match => match.Value.Trim() is "" ? "" : "HASH--------", RegexOptions.Multiline).ShouldStartWith("""
            Features would run: code of Features: Window.Length changed, Window.Sum changed, Window.Twice added

            What  Of                       Was           Is
            code  Features                 HASH--------  HASH--------
                    Window.Length changed
                    Window.Sum changed
                    Window.Twice added

            Was: run 
            """);
    }

    [Fact]
    public async Task Why_shows_some_of_many_methods_and_counts_the_rest()
    {
        string Labs(string value) => string.Concat(Enumerable.Range(0, 20).Select(i => $"public static class L{i} {{ public static int Of() => {value}; }} ")) + "namespace Lab { public static class Window { public static int Sum(int[] all) => "
            + string.Join(" + ", Enumerable.Range(0, 20).Select(i => $"L{i}.Of()")) + "; } }";
        await BuildAndRunAsync(Labs("1"), Stages);
        await BuildAndAskAsync(Labs("2"), Stages, "why", "Features");
        _space.Printed.Split('\n').Count(line => line.TrimEnd().EndsWith(".Of changed", StringComparison.Ordinal) && line.StartsWith(' ')).ShouldBe(8);
        _space.Printed.ShouldContain("        12 more");
        _space.Printed.ShouldStartWith("Features would run: code of Features: L0.Of changed, L1.Of changed, L10.Of changed and 17 more\n");
    }

    [Fact]
    public async Task A_generic_stage_is_told_apart_by_its_arguments_and_depends_on_their_code()
    {
        const string Kinds = "namespace Lab; public interface IKind { string Say(); } public sealed class First : IKind { public string Say() => \"first\"; } public sealed class Second : IKind { public string Say() => \"second\"; } public sealed class Pair<TOne, TOther> : IKind where TOne : IKind, new() where TOther : IKind, new() { public string Say() => new TOne().Say() + new TOther().Say(); }";
        const string Generic = """
            namespace Pipe;
            using Lab;
            public sealed class Saying<T>(string name) : Stage where T : IKind, new()
            {
                public override string Name => name;
                public Output<PlainFile> Text { get; } = new(name + ".txt");
                protected override Task RunAsync(StageRun run) { run.Open(Text).WriteText(new T().Say()); return Task.CompletedTask; }
            }
            public static class Pipeline
            {
                public static void Declare(PipelineBuilder pipeline)
                {
                    pipeline.Add(new Saying<First>("one"));
                    pipeline.Add(new Saying<Second>("two"));
                    pipeline.Add(new Saying<Pair<First, Second>>("both"));
                }
            }
            """;
        await BuildAndRunAsync(Kinds, Generic);
        (_space.Read("one.txt"), _space.Read("two.txt"), _space.Read("both.txt")).ShouldBe(("first", "second", "firstsecond"));
        await BuildAndRunAsync(Kinds.Replace("\"second\"", "\"zweiter\""), Generic);
        ClosingRows.Of(_space.Printed, "one").ShouldBe(["one up to date nothing changed"]);
        ClosingRows.Of(_space.Printed, "two").ShouldBe(["two ran code of Saying: Second.Say changed"]);
        ClosingRows.Of(_space.Printed, "both").ShouldBe(["both ran code of Saying: Second.Say changed"]);
        await BuildAndRunAsync(Kinds.Replace("\"second\"", "\"zweiter\""), Generic.Replace("new Saying<First>(\"one\")", "new Saying<Second>(\"one\")"));
        _space.Read("one.txt").ShouldBe("zweiter");
        _space.Printed.ShouldContain("1 ran, 2 up to date");
    }

    [Fact]
    public async Task Another_version_of_a_package_is_told_with_both_versions()
    {
        foreach (var version in new[] { "1.2.0", "1.3.0-beta" })
        {
            using var solution = new CompiledSolution().Add("Lab", ("lab.cs", Lab)).Add("Pipelines", ("stages.cs", Stages));
            File.WriteAllText(Path.Combine(solution.Folder, "Pipelines.deps.json"), $$"""
                {
                  "targets": { "net": { "Lab.Windows/{{version}}": { "runtime": { "lib/Lab.dll": {} } } } },
                  "libraries": { "Lab.Windows/{{version}}": { "type": "package", "sha512": "sha512-of-{{version}}" } }
                }
                """);
            _space.Declare = Declared(solution);
            await _space.SucceedAsync();
        }

        ClosingRows.Of(_space.Printed, "Features").ShouldBe(["Features ran package Lab.Windows 1.2.0 sha512-of-1.2 → 1.3.0-beta sha512-of-1.3"]);
        _space.Printed.ShouldContain("1 ran, 1 up to date");
    }

    [Fact]
    public async Task Of_listings_that_are_no_stages_any_more_the_hundred_youngest_are_kept()
    {
        var names = Enumerable.Range(0, 120).Select(i => i.ToString("x64")).ToList();
        foreach (var (i, name) in names.Index())
        {
            _space.Write(".kiln/code/" + name, "old");
            File.SetLastWriteTimeUtc(_space.PathOf(".kiln/code/" + name), DateTime.UtcNow.AddDays(-i - 1));
        }

        await BuildAndRunAsync(Lab, Stages);
        var kept = _space.Files(".kiln/code").Select(Path.GetFileName).ToList();
        kept.Intersect(names).ShouldBe(names.Take(100), ignoreOrder: true);
        kept.Except(names).Count(name => name!.Length == 64).ShouldBe(2, "those of the two stages");
    }

    async Task BuildAndRunAsync(string lab, string stages) => await BuildAndAskAsync(lab, stages);

    async Task BuildAndAskAsync(string lab, string stages, params string[] arguments)
    {
        using var solution = new CompiledSolution().Add("Lab", ("lab.cs", lab)).Add("Pipelines", ("stages.cs", stages));
        _space.Declare = Declared(solution);
        await _space.SucceedAsync(arguments);
    }

    static Action<PipelineBuilder> Declared(CompiledSolution solution) => solution.Load().GetType("Pipe.Pipeline")!.GetMethod("Declare")!.CreateDelegate<Action<PipelineBuilder>>();
}
