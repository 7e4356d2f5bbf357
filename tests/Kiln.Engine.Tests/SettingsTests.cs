using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Tests;

enum Device
{
    Auto,
    CpuOnly,
}

sealed record OptimizerSettings
{
    [Range(0.0, 1.0)]
    public double LearningRate { get; init; } = 0.1;

    public string Kind { get; init; } = "adam";
}

sealed record WithTime
{
    public DateTime When { get; init; }

    public ImmutableArray<Guid> Times { get; init; } = [];
}

sealed record WindowSettings
{
    public required int Days { get; init; }
}

sealed record Span : IValidatableObject
{
    public string Name { get; init; } = "";

    public int First { get; init; }

    public int Last { get; init; } = 10;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Last < First) yield return new($"it ends at {Last}, before {First}, where it begins");
    }
}

sealed record Way
{
    public required string Name { get; init; }

    public OptimizerSettings Optimizer { get; init; } = new();
}

sealed record TrainSettings
{
    public ImmutableArray<Way> Ways { get; init; } = [];

    [Range(1, 100)]
    public int Epochs { get; init; } = 3;

    public long Seed { get; init; } = 7;

    public bool Shuffle { get; init; } = true;

    public string Title { get; init; } = "plain";

    public string? Note { get; init; }

    public int? Limit { get; init; }

    public Device Device { get; init; }

    public DateOnly From { get; init; } = new(2018, 4, 1);

    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(5);

    public OptimizerSettings Optimizer { get; init; } = new();

    [Length(1, 3)]
    public ImmutableArray<int> Layers { get; init; } = [64, 32];

    public IReadOnlyList<string> Tags { get; init; } = [];

    public ImmutableArray<WindowSettings> Windows { get; init; } = [];

    public ImmutableArray<Span> Spans { get; init; } = [];

    [RegularExpression("^[a-z]+$")]
    public string Code { get; init; } = "abc";
}

sealed record SourceSettings
{
    public required string Path { get; init; }
}

/// <summary>Settings from YAML to the records that stages ask for, and every way to get them wrong.</summary>
public sealed class SettingsTests : IDisposable
{
    readonly PipelineSpace _space = new();
    TrainSettings? _train;

    public SettingsTests() => _space.Declare = pipeline => _train = pipeline.Settings<TrainSettings>();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Without_a_file_the_records_defaults_hold()
    {
        await _space.SucceedAsync();
        _train.ShouldNotBeNull().Epochs.ShouldBe(3);
        _train.Optimizer.LearningRate.ShouldBe(0.1);
        _train.Layers.ShouldBe([64, 32]);
    }

    [Fact]
    public async Task Every_kind_of_value_is_read()
    {
        _space.WriteSettings("""
            train:
              epochs: 12
              seed: 9000000000
              shuffle: false
              title: "null"
              note: a note
              limit: 5
              device: cpuOnly
              from: 2018-07-25
              pause: 00:00:30
              optimizer:
                learningRate: 1.0e-2
                kind: sgd
              layers: [8, 4, 2]
              tags:
                - one
                - two words
              windows:
                - days: 1
                - days: 7
            """);
        await _space.SucceedAsync();
        var train = _train.ShouldNotBeNull();
        (train.Epochs, train.Seed, train.Shuffle, train.Title, train.Note, train.Limit, train.Device)
            .ShouldBe((12, 9_000_000_000, false, "null", "a note", 5, Device.CpuOnly));
        (train.From, train.Pause).ShouldBe((new DateOnly(2018, 7, 25), TimeSpan.FromSeconds(30)));
        train.Optimizer.ShouldBe(new OptimizerSettings { LearningRate = 0.01, Kind = "sgd" });
        train.Layers.ShouldBe([8, 4, 2]);
        train.Tags.ShouldBe(["one", "two words"]);
        train.Windows.Select(window => window.Days).ShouldBe([1, 7]);
    }

    [Fact]
    public async Task A_record_and_its_keys_are_told_by_their_places()
    {
        var places = new List<string>();
        _space.Declare = pipeline =>
        {
            var train = pipeline.Settings<TrainSettings>();
            places.AddRange([pipeline.PlaceOf(train), pipeline.PlaceOf(train, "epochs"), pipeline.PlaceOf(train, "seed"), pipeline.PlaceOf(train.Windows[1]), pipeline.PlaceOf(train.Windows[1], "days"), pipeline.PlaceOf(train.Optimizer)]);
        };
        _space.WriteSettings("train:\n  title: a\n  windows:\n    - days: 1\n    -\n      days: 7\n");
        await _space.SucceedAsync("--set", "train.epochs=4");
        places.ShouldBe(["pipelines/test/settings.yaml:2", "--set train.epochs=4", "(default)", "pipelines/test/settings.yaml:6", "pipelines/test/settings.yaml:6", "(default)"]);
    }

    [Theory]
    [InlineData("train:")]
    [InlineData("train: ~")]
    [InlineData("# only a comment")]
    [InlineData("---")]
    public async Task An_empty_section_is_all_defaults(string yaml)
    {
        _space.WriteSettings(yaml);
        await _space.SucceedAsync();
        _train.ShouldNotBeNull().Epochs.ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_is_a_value_only_where_the_record_allows_it()
    {
        _space.WriteSettings("train:\n  note: ~\n  limit: null\n");
        await _space.SucceedAsync();
        (_train!.Note, _train.Limit).ShouldBe((null, null));
        await RefusedAsync("train:\n  title: ~\n", "A setting has the wrong type:", "found   nothing");
    }

    [Fact]
    public async Task An_override_reaches_into_a_list_of_sections_by_their_names()
    {
        _space.WriteSettings("train:\n  ways:\n    - name: quick\n    - name: slow\n      optimizer: {kind: sgd}\n");
        await _space.SucceedAsync("--set", "train.ways.slow.optimizer.learningRate=0.5", "--set", "train.ways.quick.optimizer.kind=lbfgs");
        _train!.Ways.Select(way => (way.Name, way.Optimizer.Kind, way.Optimizer.LearningRate)).ShouldBe([("quick", "lbfgs", 0.1), ("slow", "sgd", 0.5)]);
        (await _space.RunAsync("--set", "train.ways.fast.optimizer.kind=sgd")).ShouldBe(2);
        _space.Printed.ShouldContain("--set train.ways.fast.optimizer.kind=sgd");
    }

    [Fact]
    public async Task An_override_wins_over_the_file()
    {
        _space.WriteSettings("train:\n  epochs: 12\n  optimizer:\n    kind: sgd\n");
        await _space.SucceedAsync("--set", "train.epochs=4", "--set", "train.optimizer.learningRate=0.5", "--set", "train.layers=[1, 2]", "--set", "train.title=a=b");
        _train!.Epochs.ShouldBe(4);
        _train.Optimizer.ShouldBe(new OptimizerSettings { LearningRate = 0.5, Kind = "sgd" });
        _train.Layers.ShouldBe([1, 2]);
        _train.Title.ShouldBe("a=b");
    }

    [Theory]
    [InlineData("train.epochs", "This is not a setting:")]
    [InlineData("=3", "This is not a setting:")]
    [InlineData("train..epochs=3", "This is not a setting:")]
    [InlineData("train.epocs=3", "Did you mean epochs?")]
    [InlineData("trian.epochs=3", "Did you mean train?")]
    [InlineData("train.epochs=many", "at      --set train.epochs=many")]
    [InlineData("train.epochs=", "wanted  a whole number")]
    [InlineData("train.epochs=-1", "at     --set train.epochs=-1")]
    public async Task A_wrong_override_is_refused_as_given(string pair, string message)
    {
        (await _space.RunAsync("--set", pair)).ShouldBe(2, _space.Printed);
        _space.Printed.ShouldContain(message);
        _space.Printed.ShouldContain(pair);
    }

    [Fact]
    public async Task An_unknown_key_is_named_with_its_line_and_the_nearest() => await RefusedAsync(
        "train:\n  # more\n  epohcs: 4\n",
        """
        There is no such setting:
          at       pipelines/test/settings.yaml:3
          key      epohcs
          section  train
        Did you mean epochs? Known here: code, device, epochs,
        """);

    [Fact]
    public async Task An_unknown_key_in_a_nested_section_is_named_with_its_line() => await RefusedAsync(
        "train:\n  optimizer:\n    learningrate: 1\n", "settings.yaml:3", "section  train.optimizer", "Did you mean learningRate?");

    [Fact]
    public async Task A_section_that_nobody_asks_for_is_refused() => await RefusedAsync(
        "train:\n  epochs: 1\ntrian:\n  epochs: 2\n", "settings.yaml:3", "key      trian", "Did you mean train?");

    [Theory]
    [InlineData("epochs: many", "a whole number")]
    [InlineData("epochs: 1.5", "a whole number.")]
    [InlineData("epochs: 3000000000", "a whole number from -2147483648 to 2147483647.")]
    [InlineData("epochs: [1]", "a whole number")]
    [InlineData("shuffle: yes", "true or false")]
    [InlineData("device: gpu", "one of auto, cpuOnly")]
    [InlineData("from: 25.07.2018", "a date such as 2018-04-01")]
    [InlineData("pause: 5", "a duration such as 00:05:00")]
    [InlineData("layers: 5", "a list of whole numbers")]
    [InlineData("layers: [1, two]", "a whole number")]
    [InlineData("optimizer: adam", "a section of settings")]
    [InlineData("optimizer: { learningRate: .nan }", "a number")]
    [InlineData("title: { a: b }", "text")]
    public async Task A_wrong_type_is_named_with_its_line_and_what_is_wanted(string line, string wanted) => await RefusedAsync(
        "train:\n  " + line + "\n", "A setting has the wrong type:", "settings.yaml:2", "Write " + wanted);

    [Theory]
    [InlineData("epochs: 0", "train.epochs", "The field epochs must be between 1 and 100.")]
    [InlineData("epochs: -1", "train.epochs", "The field epochs must be between 1 and 100.")]
    [InlineData("optimizer: { learningRate: 2 }", "train.optimizer.learningRate", "between 0 and 1")]
    [InlineData("code: ABC", "train.code", "regular expression")]
    [InlineData("layers: []", "train.layers", "minimum length")]
    public async Task A_value_out_of_range_is_named_with_its_line_and_rule(string line, string key, string rule) => await RefusedAsync(
        "train:\n  " + line + "\n", "A setting is out of range:", "settings.yaml:2", key, rule);

    [Fact]
    public async Task What_a_section_says_of_itself_as_a_whole_is_checked_and_told_with_its_line()
    {
        await RefusedAsync("train:\n  spans:\n    - {first: 1}\n    - {first: 3, last: 2}\n", """
            A section of settings cannot be used:
              at       pipelines/test/settings.yaml:4
              section  train.spans[1]
              reason   it ends at 2, before 3, where it begins
            Correct the section.
            """);
        await RefusedAsync("train:\n  spans:\n    - {name: early, first: 11}\n", "section  train.spans.early\n");
        _space.WriteSettings("train:\n  spans:\n    - {name: early, first: 1}\n");
        await _space.SucceedAsync("--set", "train.spans.early.first=10");
        (await _space.RunAsync("--set", "train.spans.early.first=12")).ShouldBe(2);
        _space.Printed.ShouldContain("section  train.spans.early\n");
    }

    [Fact]
    public async Task A_missing_required_setting_is_named()
    {
        _space.Declare = pipeline => pipeline.Settings<SourceSettings>();
        await RefusedAsync("", """
            A required setting is missing:
              section  source
              key      path
            Add it to settings.yaml, or give --set source.path=….
            """);
        await _space.SucceedAsync("--set", "source.path=data/raw");
    }

    [Fact]
    public async Task A_missing_required_setting_in_a_list_is_named_with_its_place() =>
        await RefusedAsync("train:\n  windows:\n    - days: 1\n    - {}\n", "A required setting is missing:", "train.windows[1]", "settings.yaml:4", "days");

    [Theory]
    [InlineData("train:\n  epochs: [1\n", "The settings are not YAML:")]
    [InlineData("train:\n\tepochs: 1\n", "The settings are not YAML:")]
    [InlineData("train:\n  epochs: 1\n  epochs: 2\n", "The settings are not YAML:")]
    [InlineData("- a\n- b\n", "The settings are not a mapping of sections:")]
    [InlineData("train: 5\n", "A setting has the wrong type:")]
    [InlineData("[a, b]: 1\n", "There is no such setting:")]
    [InlineData("train:\n  [a]: 1\n", "There is no such setting:")]
    [InlineData("train:\n  epochs: 1\n---\ntrain:\n  epochs: 2\n", "The settings are more than one YAML document:")]
    public async Task Bad_YAML_is_refused_with_its_line(string yaml, string message) => await RefusedAsync(yaml, message, "settings.yaml:");

    [Fact]
    public async Task A_record_that_cannot_be_made_without_arguments_is_refused()
    {
        _space.Declare = pipeline => pipeline.Settings<Positional>();
        await RefusedAsync("", "A stage's constructor asks for something that is neither a stage nor a settings record:");
    }

    [Fact]
    public async Task A_type_that_settings_cannot_be_is_named()
    {
        _space.Declare = pipeline => pipeline.Settings<WithTime>();
        await RefusedAsync("withTime:\n  when: 10:00\n", "A setting is declared as something that settings cannot be:", "withTime.when", "DateTime", "Declare it as DateOnly");
        _space.WriteSettings("");
        (await _space.RunAsync("--set", "withTime.times=[1]")).ShouldBe(2);
        _space.Printed.ShouldContain("withTime.times");
    }

    [Fact]
    public async Task A_list_of_a_kind_that_cannot_be_made_is_refused()
    {
        _space.Declare = pipeline => pipeline.Settings<WithMutableList>();
        await RefusedAsync("withMutableList:\n  names: [a]\n", "A setting is declared as a list that cannot be made:", "List");
    }

    [Fact]
    public async Task A_list_without_a_default_is_empty()
    {
        WithoutDefault? settings = null;
        _space.Declare = pipeline =>
        {
            settings = pipeline.Settings<WithoutDefault>();
            pipeline.Add(new ListStage(settings));
        };
        await _space.SucceedAsync();
        settings!.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_section_may_have_a_name_of_its_own()
    {
        _space.Declare = pipeline => pipeline.Settings<Renamed>().Value.ShouldBe(4);
        _space.WriteSettings("other:\n  value: 4\n");
        await _space.SucceedAsync();
    }

    async Task RefusedAsync(string yaml, params string[] messages)
    {
        _space.WriteSettings(yaml);
        (await _space.RunAsync()).ShouldBe(2, _space.Printed);
        foreach (var message in messages) _space.Printed.ShouldContain(message.TrimEnd());
    }

    sealed record Positional(int Value);

    sealed record WithMutableList
    {
        public List<string> Names { get; init; } = [];
    }

    sealed record WithoutDefault
    {
        public ImmutableArray<string> Names { get; init; }
    }

    [SettingsSection("other")]
    sealed record Renamed
    {
        public int Value { get; init; }
    }

    sealed class ListStage(WithoutDefault settings) : Stage
    {
        public Output<PlainFile> Text { get; } = new("list.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText(string.Join(",", settings.Names));
            return Task.CompletedTask;
        }
    }
}
