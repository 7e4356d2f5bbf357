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

    async Task BuildAndRunAsync(string lab, string stages)
    {
        using var solution = new CompiledSolution().Add("Lab", ("lab.cs", lab)).Add("Pipelines", ("stages.cs", stages));
        var declare = solution.Load().GetType("Pipe.Pipeline")!.GetMethod("Declare")!.CreateDelegate<Action<PipelineBuilder>>();
        _space.Declare = declare;
        await _space.SucceedAsync();
    }
}
