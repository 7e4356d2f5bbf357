using System.Text;
using System.Text.Json.Nodes;
using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

public sealed class ModelTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kiln-xgboost-").FullName;
    readonly float[] values = Some.Values();
    readonly byte[] model;
    readonly float[] scores;

    public ModelTests()
    {
        foreach (var i in Enumerable.Range(0, 400)) values[i * 6 + 5] = i % 5;
        FeatureType[] types = [.. Enumerable.Repeat(FeatureType.Numeric, 5), FeatureType.Categorical];
        using var matrix = new DMatrix(values, 6, new() { Labels = Some.Labels(values), FeatureTypes = types, FeatureNames = ["a", "b", "c", "d", "é", "f"] });
        using var result = Booster.Train(new() { Rounds = 4, MaxCategoriesToOneHot = 1 }, matrix);
        result.Booster.SetAttribute("note", "ü\"");
        (model, scores) = (result.Booster.ToJson(), result.Booster.Predict(values, 6).Values);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_read_again_scores_and_is_written_the_same()
    {
        var path = Path.Combine(folder, "model.json");
        using (var first = Booster.FromJson(model)) first.Save(path);
        using var booster = Booster.Load(path, threads: 2);
        booster.ToJson().ShouldBe(model);
        booster.Predict(values, 6).Values.ShouldBe(scores);
        (booster.Rounds, booster.Trees, booster.Features).ShouldBe((4, 4, 6));
        booster.FeatureNames[4].ShouldBe("é");
        booster.FeatureTypes[5].ShouldBe(FeatureType.Categorical);
        booster.Attributes.ShouldBe(new Dictionary<string, string> { ["note"] = "ü\"" });
        booster.SetAttribute("note", null);
        booster.Attributes.ShouldBeEmpty();
        Directory.GetFiles(folder).ShouldBe([path]);
    }

    [Fact]
    public void The_first_rounds_score_as_a_training_of_so_many_rounds()
    {
        using var booster = Booster.FromJson(model);
        using var first = booster.FirstRounds(2);
        (first.Rounds, first.Trees, first.FeatureNames[4], first.FeatureTypes[5]).ShouldBe((2, 2, "é", FeatureType.Categorical));
        first.Dump().ShouldBe(booster.Dump().Take(2));
        first.Predict(values, 6).Values.ShouldNotBe(scores);
        Should.Throw<ArgumentOutOfRangeException>(() => booster.FirstRounds(5));
        Should.Throw<ArgumentOutOfRangeException>(() => booster.FirstRounds(0));
    }

    [Fact]
    public void Models_are_released_again()
    {
        for (var i = 0; i < 50; i++) Booster.FromJson(model).Dispose();
        var booster = Booster.FromJson(model);
        booster.Dispose();
        booster.Dispose();
        Should.Throw<ObjectDisposedException>(() => booster.Predict(values, 6));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"learner\":3,\"version\":[1,7,4]}")]
    [InlineData("{\"learner\":{},\"version\":[1,7,4]}")]
    [InlineData("{\"learner\":{\"gradient_booster\":{\"name\":\"gblinear\"}},\"version\":[1,7,4]}")]
    [InlineData("\u0000\u0001binf")]
    public void What_is_no_model_is_refused(string text)
    {
        var path = Path.Combine(folder, "no-model.json");
        File.WriteAllText(path, text);
        var message = Should.Throw<XGBoostException>(() => Booster.Load(path)).Message;
        message.ShouldContain("cannot be trusted");
        message.ShouldContain("no-model.json");
    }

    [Fact]
    public void A_model_that_goes_on_after_its_end_or_ends_early_is_refused()
    {
        Refused([.. model, (byte)'{'], "");
        Refused(model[..^1], "");
        Refused(model[..(model.Length / 2)], "");
        Refused([.. Enumerable.Repeat((byte)'[', 100_000)], "depth");
    }

    [Theory]
    [InlineData("left_children", 0, 1_000_000, "a child that is not there")]
    [InlineData("right_children", 0, -7, "a child that is not there")]
    [InlineData("right_children", 0, 1, "twice")]
    [InlineData("split_indices", 0, 6, "splits by column 6")]
    [InlineData("split_indices", 0, -1, "splits by column -1")]
    [InlineData("parents", 1, 99_999, "a parent that is not there")]
    [InlineData("categories", 0, -1, "a category that is none")]
    [InlineData("categories_nodes", 0, 100_000, "categories of a node that is not there")]
    [InlineData("categories_segments", 0, 100_000, "categories beyond their list")]
    [InlineData("categories_sizes", 0, 100_000, "categories beyond their list")]
    [InlineData("left_children", 0, 4_000_000_000, "does not have the parts")]
    public void A_tree_that_leads_outside_of_itself_is_refused(string list, int at, long value, string reason) => Refused(root =>
    {
        var tree = root["learner"]!["gradient_booster"]!["model"]!["trees"]!.AsArray().First(tree => tree!["categories_nodes"]!.AsArray().Count > 0)!;
        tree[list]![at] = value;
    }, reason);

    [Fact]
    public void A_tree_with_lists_of_other_lengths_or_fewer_trees_than_told_is_refused()
    {
        Refused(root => Tree(root)["split_conditions"]!.AsArray().RemoveAt(0), "another number of split_conditions");
        Refused(root => Tree(root)["tree_param"]!["num_nodes"] = "2000000000", "2000000000 nodes");
        Refused(root => Tree(root)["tree_param"]!["num_nodes"] = "0", "num_nodes");
        Refused(root => root["learner"]!["gradient_booster"]!["model"]!["trees"]!.AsArray().RemoveAt(0), "holds 3");
        Refused(root => root["learner"]!["gradient_booster"]!["model"]!["tree_info"]![0] = 1, "a class that is not there");
        Refused(root => root["learner"]!["learner_model_param"]!["num_class"] = "3", "whole rounds");
        Refused(root => root["learner"]!["learner_model_param"]!["num_feature"] = "2", "more columns");
        Refused(root => root["learner"]!["objective"]!["name"] = "nonsense", "nonsense");

        static JsonNode Tree(JsonNode root) => root["learner"]!["gradient_booster"]!["model"]!["trees"]![0]!;
    }

    void Refused(Action<JsonNode> change, string reason)
    {
        var root = JsonNode.Parse(Encoding.UTF8.GetString(model).Replace("NaN", "0", StringComparison.Ordinal))!;
        change(root);
        Refused(Encoding.UTF8.GetBytes(root.ToJsonString()), reason);
    }

    static void Refused(byte[] bytes, string reason)
    {
        var message = Should.Throw<XGBoostException>(() => Booster.FromJson(bytes, source: "bad.json")).Message;
        message.ShouldContain("bad.json");
        message.ShouldContain(reason);
        message.ShouldNotContain("[bt]");
    }
}
