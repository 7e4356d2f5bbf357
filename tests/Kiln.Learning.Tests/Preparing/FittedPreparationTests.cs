using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Preparing;

public class FittedPreparationTests
{
    static readonly (FittedPreparation Fitted, FeatureMatrix Training) Made = SomeRows.EveryStep.FitApply(SomeRows.Of(300), seed: 5);

    [Fact]
    public void A_batch_and_its_rows_one_by_one_give_the_same_bits()
    {
        // Other rows than the training ones: they have unseen values and values outside the fitted ranges.
        var columns = SomeRows.Columns(3000, seed: 2);
        var batch = Made.Fitted.Apply(columns);
        var (row, features) = (Made.Fitted.NewRow(), new float[Made.Fitted.Features.Length]);
        for (var i = 0; i < batch.Rows; i++)
        {
            SomeRows.Put(row, columns, i);
            Made.Fitted.Apply(row, features);
            Bits(features).ShouldBe(Bits(batch.Row(i)), $"row {i}");
        }
    }

    [Fact]
    public void A_row_on_its_own_is_prepared_without_allocating()
    {
        var (row, features) = (Made.Fitted.NewRow(), new float[Made.Fitted.Features.Length]);
        SomeRows.Put(row, SomeRows.Columns(3, seed: 2), 1);
        Made.Fitted.Apply(row, features);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Made.Fitted.Apply(row, features);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000 * 100);
    }

    [Fact]
    public void What_is_written_and_read_gives_the_same_text_and_the_same_bits()
    {
        var text = Made.Fitted.ToJson();
        var read = FittedPreparation.FromJson(text);
        read.ToJson().ShouldBe(text);
        var columns = SomeRows.Columns(500, seed: 3);
        Bits(read.Apply(columns).Values.Span).ShouldBe(Bits(Made.Fitted.Apply(columns).Values.Span));
    }

    [Fact]
    public void The_same_fit_gives_the_same_text_and_the_same_training_rows()
    {
        var again = SomeRows.EveryStep.FitApply(SomeRows.Of(300), seed: 5);
        again.Fitted.ToJson().ShouldBe(Made.Fitted.ToJson());
        Bits(again.Training.Values.Span).ShouldBe(Bits(Made.Training.Values.Span));
        Bits(SomeRows.EveryStep.FitApply(SomeRows.Of(300), seed: 6).Training.Values.Span).ShouldNotBe(Bits(Made.Training.Values.Span));
    }

    [Fact]
    public void Training_rows_are_prepared_as_later_ones_but_for_the_encoding_by_target()
    {
        var later = Made.Fitted.Apply(SomeRows.Of(300).Columns);
        var target = Made.Fitted.Features.Index().Single(feature => feature.Item.Name == "code target").Index;
        for (var row = 0; row < later.Rows; row++)
            for (var feature = 0; feature < later.Columns; feature++)
                if (feature != target) Made.Training.Row(row)[feature].ShouldBe(later.Row(row)[feature], $"row {row}, {later.Features[feature].Name}");
        Enumerable.Range(0, 300).Count(row => Made.Training.Row(row)[target] != later.Row(row)[target]).ShouldBeGreaterThan(250);
    }

    [Fact]
    public void Nothing_but_the_training_rows_is_fitted_to()
    {
        var all = SomeRows.Of(400);
        var (first, others) = (Enumerable.Range(0, 300).ToArray(), SomeRows.Of(100, seed: 99));
        var alone = SomeRows.EveryStep.FitApply(all.Take(first)).Fitted;
        var text = alone.ToJson();
        alone.Apply(others.Columns);
        alone.ToJson().ShouldBe(text);
        SomeRows.EveryStep.FitApply(all).Fitted.ToJson().ShouldNotBe(text);
    }

    [Fact]
    public void Features_and_inputs_tell_what_there_is()
    {
        var names = Made.Fitted.Features.Select(feature => feature.Name).ToList();
        names.Take(5).ShouldBe(["age", "age missing", "truth", "truth missing", "amount"]);
        names.ShouldContain("city infrequent");
        names.ShouldContain("city missing");
        names.ShouldContain("when weekday sine");
        Made.Fitted.Features.Single(feature => feature.Kind == FeatureKind.Category).ShouldBe(new() { Name = "job", Kind = FeatureKind.Category, Categories = 6 });
        Made.Fitted.Inputs.Length.ShouldBe(13);
        Made.Fitted.Inputs.Single(input => input.Name == "job").KnownValues.ShouldBe(["job 0", "job 1", "job 2", "job 3"]);
        Made.Fitted.Inputs.Single(input => input.Name == "code").KnownValues[^1].ShouldBe("11");
        Made.Training.Features.ShouldBe(Made.Fitted.Features);
    }

    [Theory]
    [InlineData("\"divisor\":", "\"divisor\":0e0,\"center2\":")]
    [InlineData("\"kind\":\"scale\"", "\"kind\":\"System.IO.File\"")]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("\"buckets\":8", "\"buckets\":2000000000")]
    [InlineData("\"buckets\":8", "\"buckets\":-1")]
    [InlineData("\"bytes\":4", "\"bytes\":2147483647")]
    [InlineData("\"places\":[", "\"places\":[7,")]
    [InlineData("\"quantiles\":[", "\"quantiles\":[1e308,")]
    [InlineData("\"means\":[", "\"means\":[1e999,")]
    [InlineData("\"means\":[", "\"means\":[0.5,")]
    [InlineData("\"steps\":[", "\"steps\":[null,")]
    [InlineData("\"knownValues\":[", "\"knownValues\":[null,")]
    [InlineData("\"steps\":[", "\"unknown\":[],\"steps\":[")]
    [InlineData("\"part\":\"hour\"", "\"part\":\"second\"")]
    public void Nonsense_is_refused_in_words(string part, string nonsense)
    {
        var text = Made.Fitted.ToJson();
        text.ShouldContain(part);
        Should.Throw<KilnException>(() => FittedPreparation.FromJson(text.Replace(part, nonsense))).What.ShouldBe("This is not a fitted preparation.");
    }

    [Fact]
    public void Every_part_of_the_text_may_be_lost_without_a_crash()
    {
        var root = JsonNode.Parse(Made.Fitted.ToJson())!;
        foreach (var path in Paths(root).ToList())
        {
            foreach (var broken in new JsonNode?[] { null, JsonValue.Create("x"), new JsonArray(), new JsonObject(), JsonValue.Create(-3) })
            {
                var copy = root.DeepClone();
                Put(copy, path, broken?.DeepClone());
                try
                {
                    FittedPreparation.FromJson(copy.ToJsonString());
                }
                catch (KilnException)
                {
                    // Refused in words; anything else fails the test.
                }
            }
        }
        Should.Throw<KilnException>(() => FittedPreparation.FromJson("null"));
        Should.Throw<KilnException>(() => FittedPreparation.FromJson(""));
    }

    static IEnumerable<object[]> Paths(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Under(member.Key, member.Value)),
        JsonArray items => items.Take(2).SelectMany((item, place) => Under(place, item)).Concat(items.Skip(2).SelectMany((item, place) => item is JsonObject ? Under(place + 2, item) : [])),
        _ => [],
    };

    static IEnumerable<object[]> Under(object key, JsonNode? node) => [[key], .. Paths(node).Select(path => (object[])[key, .. path])];

    static void Put(JsonNode root, object[] path, JsonNode? value)
    {
        var node = root;
        foreach (var key in path[..^1]) node = key is int place ? node[place]! : node[(string)key]!;
        if (path[^1] is int last) node[last] = value;
        else node[(string)path[^1]] = value;
    }

    static int[] Bits(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values).ToArray();
}
