namespace Kiln.XGBoost;

/// <summary>Checks settings against their ranges, one another and the matrix, before anything is trained; all that is wrong is told at once.</summary>
static class SettingsCheck
{
    public static void Check(BoosterSettings settings, DMatrix training, IEnumerable<DMatrix> evaluated, bool ownObjective)
    {
        var wrong = new List<string>();
        Ranges(settings, wrong);
        Combinations(settings, training, wrong);
        if (wrong.Count > 0) throw Errors.BadSettings(wrong);
        if (Parameters.CudaDevice(settings.Device) is not null && !XGBoostRuntime.HasCuda) throw Errors.NoCuda(settings.Device);
        if (!ownObjective) Labels(settings, training);
        foreach (var matrix in evaluated) LabelRange(settings, matrix);
    }

    static void Ranges(BoosterSettings s, List<string> wrong)
    {
        void Whole(string name, int value, int least, int most = int.MaxValue)
        {
            if (value < least || value > most) wrong.Add($"{name} {value}: {(most == int.MaxValue ? $"at least {least}" : $"{least} to {most}")}");
        }

        void AtLeastZero(string name, double value)
        {
            if (!(value >= 0 && float.IsFinite((float)value))) wrong.Add($"{name} {value}: 0 or more");
        }

        void Positive(string name, double value)
        {
            if (!((float)value > 0 && float.IsFinite((float)value))) wrong.Add($"{name} {value}: above 0");
        }

        void Part(string name, double value)
        {
            if (!((float)value > 0 && value <= 1)) wrong.Add($"{name} {value}: above 0, at most 1");
        }

        Whole(nameof(s.Rounds), s.Rounds, 1);
        Whole(nameof(s.MaxDepth), s.MaxDepth, 0, 1000);
        Whole(nameof(s.MaxLeaves), s.MaxLeaves, 0);
        Whole(nameof(s.MaxBins), s.MaxBins, 2, 65_536);
        Whole(nameof(s.ParallelTrees), s.ParallelTrees, 1);
        Whole(nameof(s.Seed), s.Seed, 0);
        Whole(nameof(s.Threads), s.Threads, 1, 1024);
        Whole(nameof(s.MaxCategoriesToOneHot), s.MaxCategoriesToOneHot ?? 1, 1);
        Whole(nameof(s.MaxCategoriesInSplit), s.MaxCategoriesInSplit ?? 1, 1);
        Positive(nameof(s.LearningRate), s.LearningRate);
        Positive(nameof(s.ScalePositiveWeight), s.ScalePositiveWeight);
        AtLeastZero(nameof(s.MinChildWeight), s.MinChildWeight);
        AtLeastZero(nameof(s.Gamma), s.Gamma);
        AtLeastZero(nameof(s.Lambda), s.Lambda);
        AtLeastZero(nameof(s.Alpha), s.Alpha);
        AtLeastZero(nameof(s.MaxDeltaStep), s.MaxDeltaStep);
        Part(nameof(s.Subsample), s.Subsample);
        Part(nameof(s.ColumnsByTree), s.ColumnsByTree);
        Part(nameof(s.ColumnsByLevel), s.ColumnsByLevel);
        Part(nameof(s.ColumnsByNode), s.ColumnsByNode);
        if (s.BaseScore is { } score && !float.IsFinite((float)score)) wrong.Add($"BaseScore {score}: a number");
    }

    static void Combinations(BoosterSettings s, DMatrix training, List<string> wrong)
    {
        var columns = training.Columns;
        if (s.MaxDepth == 0 && s.MaxLeaves == 0) wrong.Add("MaxDepth 0: needs MaxLeaves, or trees grow without a limit");
        if (s.IsMultiClass && s.Classes < 2) wrong.Add($"Classes {s.Classes}: {s.Objective} needs at least 2");
        if (!s.IsMultiClass && s.Classes > 1) wrong.Add($"Classes {s.Classes}: only multi: objectives have classes, and this is {s.Objective}");
        if (s.Classes is < 0 or 1) wrong.Add($"Classes {s.Classes}: 0 (none), or at least 2");
        if (s.TreeMethod == TreeMethod.Exact)
        {
            if (s.GrowPolicy != GrowPolicy.DepthWise || s.MaxLeaves > 0) wrong.Add("TreeMethod Exact: grows level by level, without MaxLeaves; use Hist or Approx");
            if (training.FeatureTypes.Contains(FeatureType.Categorical)) wrong.Add("TreeMethod Exact: knows no categories; use Hist or Approx");
        }

        if (s.Device != "cpu" && s.TreeMethod != TreeMethod.Hist) wrong.Add($"TreeMethod {s.TreeMethod}: only Hist runs on a GPU");
        if (s.MonotoneConstraints.Count > 0 && s.MonotoneConstraints.Count != columns)
            wrong.Add($"MonotoneConstraints: {s.MonotoneConstraints.Count} given, and the matrix has {columns} columns");
        if (s.MonotoneConstraints.Any(direction => direction is < -1 or > 1)) wrong.Add("MonotoneConstraints: each is 1, -1 or 0");
        if (s.InteractionConstraints.SelectMany(set => set).Where(column => column < 0 || column >= columns).ToList() is [var outside, ..])
            wrong.Add($"InteractionConstraints: there is no column {outside}, only 0 to {columns - 1}");
    }

    static void Labels(BoosterSettings settings, DMatrix training)
    {
        if (training.Labels.IsEmpty) throw Errors.NoLabels("training matrix");
        if ((settings.IsBinary || settings.IsMultiClass) && training.OnlyLabel is { } only) throw Errors.OneClass(only, training.Rows, settings.Objective);
        LabelRange(settings, training);
    }

    static void LabelRange(BoosterSettings settings, DMatrix matrix)
    {
        var labels = matrix.Labels.Span;
        for (var i = 0; i < labels.Length; i++)
        {
            if (settings.IsBinary && labels[i] is (< 0 or > 1))
                throw Errors.BadValue("A label is no class", labels[i], i, null, $"{settings.Objective} takes 0 and 1.");
            if (settings.IsMultiClass && (labels[i] < 0 || labels[i] >= settings.Classes || labels[i] != MathF.Floor(labels[i])))
                throw Errors.BadValue("A label is no class", labels[i], i, null, $"{settings.Objective} takes whole numbers from 0 to {settings.Classes - 1}.");
        }
    }
}
