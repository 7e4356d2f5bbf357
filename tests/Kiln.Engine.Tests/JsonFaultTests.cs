using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kiln.Tests;

/// <summary>What is wrong with a JSON file is told in words, and by no class of the program.</summary>
public sealed class JsonFaultTests : IDisposable
{
    static readonly JsonSerializerOptions strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    readonly string _folder = Directory.CreateTempSubdirectory("kiln-json-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{\"count\": 1,\n \"inner\": {\"name\": \"a\", \"rate\": \"fast\"}}", "line 2: \"inner.rate\" is to be a number")]
    [InlineData("{\"count\": 1.5}", "line 1: \"count\" is to be a whole number")]
    [InlineData("{\"count\": null}", "line 1: \"count\" is to be a whole number")]
    [InlineData("{\"count\": 1, \"limit\": true}", "\"limit\" is to be a whole number")]
    [InlineData("{\"count\": 1, \"isOn\": 1}", "\"isOn\" is to be true or false")]
    [InlineData("{\"count\": 1, \"inner\": {\"name\": 3}}", "\"inner.name\" is to be a text")]
    [InlineData("{\"count\": 1, \"inner\": []}", "\"inner\" is to be an object")]
    [InlineData("{\"count\": 1, \"names\": {}}", "\"names\" is to be a list")]
    [InlineData("{\"count\": 1, \"ways\": [\"up\", \"left\"]}", "\"ways[1]\" is to be one of up, sideDown")]
    [InlineData("{\"count\": 1, \"day\": \"soon\"}", "\"day\" is to be a date such as \"2018-04-01\"")]
    [InlineData("{\"inner\": {\"name\": \"a\"}}", "it lacks \"count\"")]
    [InlineData("{\"count\": 1, \"inner\": {}}", "\"inner\" lacks \"name\"")]
    [InlineData("{\"count\": 1, \"cuont\": 2}", "\"cuont\" is not known here")]
    [InlineData("{\"count\": 1, \"shape\": {\"kind\": \"cube\"}}", "\"shape\" is of a kind that is not known, \"cube\"")]
    [InlineData("{\"count\": 1, \"shape\": {\"size\": 1}}", "\"shape\" does not tell its kind")]
    [InlineData("{\"count\": 1,, }", "line 1: ',' is an invalid start of a property name")]
    [InlineData("{\"count\": 1,\n\"inner\": {", "line 2: Expected depth to be zero")]
    [InlineData("", "The input does not contain any JSON tokens")]
    public void It_says_where_and_what_belongs_there(string json, string said)
    {
        Exception error = Should.Throw<Exception>(() => JsonSerializer.Deserialize<Outer>(json, strict));
        var text = JsonFault.Describe(error);
        text.ShouldContain(said);
        text.ShouldNotContain("System.");
        text.ShouldNotContain("Kiln.");
        text.ShouldNotContain("LineNumber");
        text.ShouldNotContain("Byte");
    }

    [Fact]
    public void A_stages_file_that_holds_something_else_is_told_so()
    {
        var file = Path.Combine(_folder, "outer.json");
        File.WriteAllText(file, "{\"count\": 1,\n \"day\": 7}");
        Should.Throw<KilnException>(() => new Json<Outer>(file).Read()).Message.ShouldBe($"""
            A JSON file does not have the expected shape:
              file    {file}
              reason  line 2: "day" is to be a date such as "2018-04-01"
            Run the stage that writes it again with --force.
            """);
        File.WriteAllText(file, "null");
        Should.Throw<KilnException>(() => new Json<Outer>(file).Read()).Message.ShouldContain("reason  The file holds null\n");
    }

    enum Way
    {
        Up,
        SideDown,
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Ball), "ball")]
    abstract record Shape;

    sealed record Ball(int Size) : Shape;

    sealed record Inner
    {
        public required string Name { get; init; }

        public double Rate { get; init; }
    }

    sealed record Outer
    {
        public required int Count { get; init; }

        public int? Limit { get; init; }

        public bool IsOn { get; init; }

        public Inner? Inner { get; init; }

        public ImmutableArray<string> Names { get; init; }

        public ImmutableArray<Way> Ways { get; init; }

        public DateOnly Day { get; init; }

        public Shape? Shape { get; init; }
    }
}
