using System.Globalization;
using System.Text.Json;

namespace Kiln.XGBoost;

/// <summary>
/// Looks at a model's JSON before the library does: it trusts what it reads, and a child or a column outside of a tree would have it read
/// beyond its memory.
/// </summary>
static class ModelCheck
{
    static readonly string[] nodeLists =
        ["left_children", "right_children", "parents", "split_indices", "split_conditions", "default_left", "base_weights", "loss_changes", "sum_hessian"];

    /// <exception cref="XGBoostException">It is no model of trees, or contradicts itself.</exception>
    public static void Check(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(WithNumbers(json));
            Check(document.RootElement);
        }
        catch (Exception exception) when (exception is BadModelException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Errors.NoModel(source, exception switch
            {
                BadModelException => exception.Message,
                // Behind the reader's words stand its own names for the place.
                JsonException broken => $"line {(broken.LineNumber ?? 0) + 1}: {broken.Message.Split(" LineNumber:")[0]}",
                _ => "it does not have the parts of a model of trees",
            });
        }
    }

    /// <summary>
    /// A copy with 0 for NaN and Infinity, which XGBoost writes as no other JSON has them: a split by categories has no threshold. The trees'
    /// shape does not depend on them.
    /// </summary>
    static byte[] WithNumbers(ReadOnlySpan<byte> json)
    {
        var copy = json.ToArray();
        var inText = false;
        for (var i = 0; i < copy.Length; i++)
        {
            if (copy[i] == '"') inText = !inText;
            else if (inText && copy[i] == '\\') i++;
            else if (!inText && (copy[i] is (byte)'N' or (byte)'I') && Word(copy.AsSpan(i)) is > 0 and var length)
            {
                copy.AsSpan(i, length).Fill((byte)' ');
                copy[i] = (byte)'0';
            }
        }

        return copy;
    }

    static int Word(ReadOnlySpan<byte> text) => text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : 0;

    static void Check(JsonElement root)
    {
        Require(root.ValueKind == JsonValueKind.Object && root.TryGetProperty("learner", out _) && root.TryGetProperty("version", out _),
            "it does not have the parts of a model of trees");
        var learner = root.GetProperty("learner");
        var booster = learner.GetProperty("gradient_booster");
        var kind = booster.GetProperty("name").GetString();
        Require(kind == "gbtree", $"its booster is {kind}, not gbtree");
        _ = learner.GetProperty("objective").GetProperty("name").GetString();
        var parameters = learner.GetProperty("learner_model_param");
        var features = Number(parameters, "num_feature", 1, int.MaxValue);
        var outputs = Math.Max(1, Number(parameters, "num_class", 0, 1_000_000));
        if (parameters.TryGetProperty("num_target", out _)) Require(Number(parameters, "num_target", 0, 1_000_000) <= 1, "it predicts several targets");

        var model = booster.GetProperty("model");
        var parallel = Math.Max(1, Number(model.GetProperty("gbtree_model_param"), "num_parallel_tree", 0, 1_000_000));
        var (trees, info) = (model.GetProperty("trees"), model.GetProperty("tree_info"));
        var count = Number(model.GetProperty("gbtree_model_param"), "num_trees", 0, int.MaxValue);
        Require(trees.GetArrayLength() == count && info.GetArrayLength() == count, $"it says {count} trees, and holds {trees.GetArrayLength()}");
        Require(count % ((long)parallel * outputs) == 0, $"{count} trees do not make whole rounds");
        Require(info.EnumerateArray().All(output => output.GetInt32() >= 0 && output.GetInt32() < outputs), "a tree belongs to a class that is not there");
        var number = 0;
        foreach (var tree in trees.EnumerateArray()) CheckTree(tree, features, $"tree {number++}");
    }

    static void CheckTree(JsonElement tree, int features, string name)
    {
        var parameters = tree.GetProperty("tree_param");
        var nodes = Number(parameters, "num_nodes", 1, int.MaxValue);
        Require(Number(parameters, "num_feature", 0, int.MaxValue) <= features, $"{name} has more columns than the model");
        Require(Number(parameters, "size_leaf_vector", 0, int.MaxValue) <= 1, $"{name} has leaves of several values");
        foreach (var list in nodeLists) Require(tree.GetProperty(list).GetArrayLength() == nodes, $"{name} has {nodes} nodes, and another number of {list}");

        var (left, right) = (Whole(tree, "left_children"), Whole(tree, "right_children"));
        var columns = Whole(tree, "split_indices");
        var seen = new bool[nodes];
        var open = new Stack<int>([0]);
        while (open.TryPop(out var node))
        {
            Require(!seen[node], $"{name} comes to node {node} twice");
            seen[node] = true;
            if (left[node] == -1 && right[node] == -1) continue;
            Require(left[node] > 0 && left[node] < nodes && right[node] > 0 && right[node] < nodes, $"{name}'s node {node} has a child that is not there");
            Require(columns[node] >= 0 && columns[node] < features, $"{name}'s node {node} splits by column {columns[node]}, and there are {features}");
            open.Push(left[node]);
            open.Push(right[node]);
        }

        Require(Whole(tree, "parents").All(parent => parent is -1 or int.MaxValue || (parent >= 0 && parent < nodes)), $"{name} has a parent that is not there");
        if (tree.TryGetProperty("categories", out var categories)) CheckCategories(tree, categories.GetArrayLength(), nodes, name);
    }

    static void CheckCategories(JsonElement tree, int count, int nodes, string name)
    {
        var (begins, sizes, at) = (Whole(tree, "categories_segments"), Whole(tree, "categories_sizes"), Whole(tree, "categories_nodes"));
        Require(begins.Length == sizes.Length && begins.Length == at.Length, $"{name}'s lists of categories differ in length");
        Require(tree.GetProperty("split_type").GetArrayLength() == nodes, $"{name} has another number of split types than of nodes");
        for (var i = 0; i < at.Length; i++)
        {
            Require(at[i] >= 0 && at[i] < nodes && (i == 0 || at[i] > at[i - 1]), $"{name} has categories of a node that is not there");
            Require(begins[i] >= 0 && sizes[i] >= 1 && (long)begins[i] + sizes[i] <= count, $"{name} has categories beyond their list");
        }

        Require(Whole(tree, "categories").All(category => category is >= 0 and < 1 << 24), $"{name} has a category that is none");
        var split = Whole(tree, "split_type");
        for (var node = 0; node < nodes; node++)
            Require(split[node] == 0 || (split[node] == 1 && Array.BinarySearch(at, node) >= 0), $"{name}'s node {node} splits by categories that are not there");
    }

    static int[] Whole(JsonElement tree, string list) => [.. tree.GetProperty(list).EnumerateArray().Select(value => value.GetInt32())];

    static int Number(JsonElement parameters, string name, int least, int most)
    {
        var text = parameters.GetProperty(name).GetString();
        Require(int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most,
            $"its {name} is {text}");
        return number;
    }

    static void Require(bool holds, string reason)
    {
        if (!holds) throw new BadModelException(reason);
    }

    sealed class BadModelException(string reason) : Exception(reason);
}
