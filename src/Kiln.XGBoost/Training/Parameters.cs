using System.Globalization;

namespace Kiln.XGBoost;

/// <summary>Settings as the library's parameters: names and texts.</summary>
static class Parameters
{
    /// <summary>All of a training's parameters, in a fixed order.</summary>
    public static List<KeyValuePair<string, string>> Of(BoosterSettings settings, Version library)
    {
        var list = new List<KeyValuePair<string, string>>();
        void Add(string name, object value) => list.Add(new(name, string.Create(CultureInfo.InvariantCulture, $"{value}")));

        Add("validate_parameters", 1);
        Add("booster", "gbtree");
        Add("objective", settings.Objective);
        if (settings.Classes > 0) Add("num_class", settings.Classes);
        AddDevice(settings, library, Add);
        Add("grow_policy", settings.GrowPolicy == GrowPolicy.LossGuide ? "lossguide" : "depthwise");
        Add("learning_rate", settings.LearningRate);
        Add("max_depth", settings.MaxDepth);
        Add("max_leaves", settings.MaxLeaves);
        Add("min_child_weight", settings.MinChildWeight);
        Add("gamma", settings.Gamma);
        Add("subsample", settings.Subsample);
        Add("colsample_bytree", settings.ColumnsByTree);
        Add("colsample_bylevel", settings.ColumnsByLevel);
        Add("colsample_bynode", settings.ColumnsByNode);
        Add("reg_lambda", settings.Lambda);
        Add("reg_alpha", settings.Alpha);
        Add("max_delta_step", settings.MaxDeltaStep);
        Add("num_parallel_tree", settings.ParallelTrees);
        Add("seed", settings.Seed);
        Add("nthread", settings.Threads);
        if (settings.TreeMethod != TreeMethod.Exact) Add("max_bin", settings.MaxBins);
        if (settings.ScalePositiveWeight != 1) Add("scale_pos_weight", settings.ScalePositiveWeight);
        if (settings.BaseScore is { } score) Add("base_score", score);
        if (settings.MaxCategoriesToOneHot is { } oneHot) Add("max_cat_to_onehot", oneHot);
        if (settings.MaxCategoriesInSplit is { } most) Add("max_cat_threshold", most);
        if (settings.MonotoneConstraints.Count > 0) Add("monotone_constraints", $"({string.Join(',', settings.MonotoneConstraints)})");
        if (settings.InteractionConstraints.Count > 0)
            Add("interaction_constraints", $"[{string.Join(',', settings.InteractionConstraints.Select(set => $"[{string.Join(',', set)}]"))}]");
        foreach (var metric in settings.Metrics) Add("eval_metric", metric);
        return list;
    }

    /// <summary>The number of a cuda device; null for the CPU.</summary>
    /// <exception cref="XGBoostException">No such device.</exception>
    public static int? CudaDevice(string device) => device switch
    {
        "cpu" => null,
        "cuda" => 0,
        _ when device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), NumberStyles.None, null, out var number) && number < 128 => number,
        _ => throw Errors.UnknownDevice(device),
    };

    // The 1 series knows a GPU by a tree method of its own.
    static void AddDevice(BoosterSettings settings, Version library, Action<string, object> add)
    {
        var gpu = CudaDevice(settings.Device);
        var method = settings.TreeMethod.ToString().ToLowerInvariant();
        add("tree_method", gpu is not null && library.Major < 2 ? "gpu_hist" : method);
        if (gpu is { } number) add(library.Major < 2 ? "gpu_id" : "device", library.Major < 2 ? number : $"cuda:{number}");
    }
}
