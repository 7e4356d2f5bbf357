using Kiln.Settings;
using NJsonSchema;
using YamlDotNet.RepresentationModel;

namespace Kiln.Tests;

/// <summary>The JSON schema made from settings records: what editors use, and a second opinion on what was bound.</summary>
public sealed class SettingsSchemaTests : IDisposable
{
    static readonly Dictionary<string, Type> Sections = new() { ["train"] = typeof(TrainSettings), ["source"] = typeof(SourceSettings) };

    readonly PipelineSpace _space = new(pipeline => pipeline.Settings<TrainSettings>());

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task The_schema_is_written_for_editors()
    {
        await _space.SucceedAsync();
        var schema = await JsonSchema.FromFileAsync(_space.PathOf(".kiln/schemas/test.schema.json"));
        schema.Validate("""{ "train": { "epochs": 5, "device": "cpuOnly", "windows": [{ "days": 1 }], "note": null } }""").ShouldBeEmpty();
        schema.Validate("""{ "train": { "epochs": 500 } }""").ShouldNotBeEmpty();
        schema.Validate("""{ "train": { "epohcs": 5 } }""").ShouldNotBeEmpty();
        schema.Validate("""{ "other": {} }""").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("train:\n  epochs: 500\n", "train.epochs")]
    [InlineData("train:\n  epochs: many\n", "train.epochs")]
    [InlineData("train:\n  optimizer:\n    learningRate: 2\n", "train.optimizer.learningRate")]
    [InlineData("train:\n  device: gpu\n", "train.device")]
    [InlineData("train:\n  layers: [1, two]\n", "train.layers[1]")]
    [InlineData("train:\n  code: ABC\n", "train.code")]
    [InlineData("train:\n  from: yesterday\n", "train.from")]
    [InlineData("train:\n  title: ~\n", "train.title")]
    [InlineData("train:\n  unknown: 1\n", "train")]
    [InlineData("source: {}\n", "source")]
    public void The_schema_catches_by_itself_what_the_binder_would(string yaml, string key)
    {
        var error = Should.Throw<KilnException>(() => Validate(yaml));
        error.ExitCode.ShouldBe(ExitCode.Usage);
        error.Message.ShouldStartWith("A setting breaks its schema:");
        error.Message.ShouldContain($"key   {key}");
        error.Message.ShouldContain("settings.yaml:");
    }

    [Fact]
    public async Task What_the_binder_cannot_know_the_schema_still_catches()
    {
        _space.Declare = pipeline => pipeline.Settings<StepSettings>();
        _space.WriteSettings("step:\n  size: 12\n");
        await _space.SucceedAsync();
        _space.WriteSettings("step:\n  size: 13\n");
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("""
            A setting breaks its schema:
              at    pipelines/test/settings.yaml:2
              key   step.size
              rule  NumberNotMultipleOf
            """);
    }

    [Fact]
    public async Task A_record_of_settings_may_have_a_base_with_settings_of_its_own()
    {
        _space.Declare = pipeline => pipeline.Settings<DrawSettings>();
        _space.WriteSettings("draw:\n  square: {edges: 4, width: 2}\n");
        await _space.SucceedAsync();
        _space.WriteSettings("draw:\n  square: {edges: 4, height: 2}\n");
        (await _space.RunAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_verdict_is_kept_until_the_settings_change()
    {
        _space.WriteSettings("train:\n  epochs: 4\n");
        await _space.SucceedAsync();
        File.Delete(_space.PathOf(".kiln/schemas/test.schema.json"));
        _space.WriteSettings("# a comment\ntrain:\n  epochs: 4\n");
        await _space.SucceedAsync();
        _space.Has(".kiln/schemas/test.schema.json").ShouldBeFalse();
        _space.WriteSettings("train:\n  epochs: 5\n");
        await _space.SucceedAsync();
        _space.Has(".kiln/schemas/test.schema.json").ShouldBeTrue();
    }

    [Fact]
    public async Task A_verdict_is_not_kept_for_settings_that_broke_the_schema()
    {
        _space.Declare = pipeline => pipeline.Settings<StepSettings>();
        _space.WriteSettings("step:\n  size: 13\n");
        (await _space.RunAsync()).ShouldBe(2);
        (await _space.RunAsync()).ShouldBe(2);
    }

    void Validate(string yaml)
    {
        var tree = SettingsTree.Parse("settings.yaml", yaml, []);
        var sections = Sections.Where(section => tree.Root.Children.ContainsKey(new YamlScalarNode(section.Key))).ToDictionary();
        SettingsSchema.Validate("test", tree, sections, _space.PathOf("schemas"));
    }

    abstract record ShapeSettings
    {
        public int Edges { get; init; }
    }

    sealed record SquareSettings : ShapeSettings
    {
        public double Width { get; init; }
    }

    sealed record DrawSettings
    {
        public SquareSettings? Square { get; init; }
    }

    sealed record StepSettings
    {
        [NJsonSchema.Annotations.MultipleOf(4.0)]
        public int Size { get; init; } = 4;
    }
}
