using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

/// <summary>
/// One training. It stays on the thread that calls: the library's generator and log belong to a thread.
/// </summary>
sealed unsafe class Trainer(BoosterSettings settings, DMatrix training, TrainingOptions options) : IDisposable
{
    readonly Patience? patience = options.EarlyStopping is { } stopping ? new(stopping) : null;
    readonly List<ImmutableArray<MetricValue>> rounds = [];
    readonly SortedSet<string> warnings = new(StringComparer.Ordinal);
    readonly ImmutableArray<DMatrix> evaluated = [.. options.Evaluations.Select(evaluation => evaluation.Matrix)];
    readonly ImmutableArray<string> names = [.. options.Evaluations.Select(evaluation => evaluation.Name)];
    ImmutableArray<string> facts;
    BoosterHandle handle = new(0);

    public static TrainingResult Train(BoosterSettings settings, DMatrix training, TrainingOptions options, CancellationToken cancellation)
    {
        using var trainer = new Trainer(settings, training, options);
        return trainer.Train(cancellation);
    }

    TrainingResult Train(CancellationToken cancellation)
    {
        LibraryLog.Start();
        SettingsCheck.Check(settings, training, evaluated, options.Derivatives is not null);
        CheckOptions();
        handle = Create();
        Prepare();
        for (var round = rounds.Count; round < settings.Rounds && patience is not { IsOver: true }; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (settings.SeedEachRound) Reseed(round);
            Boost(round);
            var metrics = Measure(round);
            rounds.Add(metrics);
            Hear();
            patience?.Look(round, metrics);
            options.AfterRound?.Invoke(new(round, metrics, round + 1 == settings.Rounds || patience is { IsOver: true }, TakeCheckpoint));
        }

        return Finish();
    }

    public void Dispose() => handle.Dispose();

    void CheckOptions()
    {
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Errors.BadSettings([$"Evaluations: two are named {twice.Key}"]);
        if (names.FirstOrDefault(name => name.Length == 0 || name.AsSpan().ContainsAny("\t\n\0")) is not null)
            throw Errors.BadSettings(["Evaluations: a name is empty, or holds a tab or a line's end"]);
        if (patience is not null && options.EarlyStopping!.Patience < 1) throw Errors.BadSettings([$"Patience {options.EarlyStopping.Patience}: at least 1"]);
        if (options.EarlyStopping is { } stopping && !names.Contains(stopping.Evaluation))
            throw Errors.BadEarlyStopping($"{stopping.Metric} of {stopping.Evaluation}", names.Select(name => $"all metrics of {name}"));
        foreach (var (name, matrix) in options.Evaluations)
        {
            if (matrix.Columns != training.Columns) throw Errors.WrongFeatures($"columns (evaluation {name})", $"{training.Columns}", $"{matrix.Columns}");
            if (matrix.Labels.IsEmpty && options.OwnMetrics.Count == 0) throw Errors.NoLabels($"evaluation {name}");
            if (!matrix.FeatureNames.SequenceEqual(training.FeatureNames))
                throw Errors.WrongFeatures($"column names (evaluation {name})", string.Join(", ", training.FeatureNames), string.Join(", ", matrix.FeatureNames));
            if (!matrix.FeatureTypes.SequenceEqual(training.FeatureTypes))
                throw Errors.WrongFeatures($"column types (evaluation {name})", string.Join(", ", training.FeatureTypes), string.Join(", ", matrix.FeatureTypes));
        }
    }

    BoosterHandle Create()
    {
        // The matrices are given for the number of columns, and for their predictions to be kept from round to round.
        using var list = new MatrixList([training, .. evaluated]);
        NativeMethods.Check(NativeMethods.CreateBooster(list.Pointer, list.Count, out var booster));
        return new(booster);
    }

    void Prepare()
    {
        var parameters = Parameters.Of(settings, XGBoostRuntime.Version);
        facts = [$"library={XGBoostRuntime.Version}", $"rows={training.Rows}", $"columns={training.Columns}", $"seed_each_round={settings.SeedEachRound}",
            .. parameters.Select(parameter => $"{parameter.Key}={parameter.Value}"), .. names.Select(name => $"evaluation={name}")];
        if (!options.ResumeFrom.IsEmpty)
        {
            var checkpoint = Checkpoint.Read(options.ResumeFrom, facts);
            if (checkpoint.Rounds.Length > settings.Rounds) throw Errors.NoCheckpoint($"it is of round {checkpoint.Rounds.Length}, and this training has {settings.Rounds}");
            ModelCheck.Check(checkpoint.Model, "in the checkpoint");
            Booster.LoadModel(handle, checkpoint.Model);
            for (var round = 0; round < checkpoint.Rounds.Length; round++) patience?.Look(round, checkpoint.Rounds[round]);
            rounds.AddRange(checkpoint.Rounds);
        }

        foreach (var (name, value) in parameters) NativeMethods.Check(NativeMethods.SetParameter(handle, name, value));
        Booster.SetFeatures(handle, training.FeatureNames, training.FeatureTypes);
        NativeMethods.Check(NativeMethods.Rounds(handle, out var done)); // configures: unknown parameters are told now
        if (done != rounds.Count) throw Errors.NoCheckpoint($"its model has {done} rounds, and it tells of {rounds.Count}");
        Hear();
    }

    /// <summary>
    /// Puts all generators into a state that depends on the seed and the round alone. The row sampler's is seeded when a changed seed is
    /// configured; the column samplers' live in the updaters, which are made anew when a configuration is loaded.
    /// </summary>
    void Reseed(int round)
    {
        NativeMethods.Check(NativeMethods.SetParameter(handle, "seed", $"{Mix((ulong)settings.Seed << 32 | (uint)round)}"));
        NativeMethods.Check(NativeMethods.Rounds(handle, out _));
        NativeMethods.Check(NativeMethods.SaveConfig(handle, out _, out var config));
        NativeMethods.Check(NativeMethods.LoadConfig(handle, config));
        // Of several metrics loading keeps only the last that was set.
        foreach (var metric in settings.Metrics) NativeMethods.Check(NativeMethods.SetParameter(handle, "eval_metric", metric));
    }

    /// <summary>SplitMix64's mixing (Steele, Lea and Flood 2014), cut to the range of a seed.</summary>
    static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return (value ^ (value >> 31)) >> 33;
    }

    void Boost(int round)
    {
        if (options.Derivatives is not { } derivatives)
        {
            NativeMethods.Check(NativeMethods.Update(handle, round, training.Handle));
            return;
        }

        var margins = Booster.Predict(handle, training, (int)ScoreKind.Margin, training: true, out _);
        var (gradients, hessians) = (new float[margins.Length], new float[margins.Length]);
        derivatives(margins, gradients, hessians);
        if (Scanning.FirstNotFinite(gradients) is >= 0 and var first) throw Errors.BadFunction("objective", $"the gradient of row {first * (long)training.Rows / margins.Length} is {gradients[first]} in round {round}");
        if (Scanning.FirstNotFinite(hessians) is >= 0 and var second) throw Errors.BadFunction("objective", $"the second derivative of row {second * (long)training.Rows / margins.Length} is {hessians[second]} in round {round}");
        fixed (float* g = gradients)
        fixed (float* h = hessians)
            NativeMethods.Check(NativeMethods.Boost(handle, training.Handle, g, h, (ulong)gradients.Length));
    }

    ImmutableArray<MetricValue> Measure(int round)
    {
        if (evaluated.IsEmpty) return [];
        var metrics = new List<MetricValue>();
        if (evaluated.All(matrix => !matrix.Labels.IsEmpty))
        {
            using var list = new MatrixList(evaluated);
            using var texts = new NativeStrings(names);
            NativeMethods.Check(NativeMethods.Evaluate(handle, round, list.Pointer, texts.Pointer, list.Count, out var text));
            metrics.AddRange(MetricText.Parse(Marshal.PtrToStringUTF8((nint)text)!, names));
        }

        foreach (var (name, matrix) in options.Evaluations)
            foreach (var (metric, measure) in options.OwnMetrics)
                metrics.Add(new(name, metric, measure(Booster.Predict(handle, matrix, (int)ScoreKind.Value, training: false, out _), matrix)));
        return [.. metrics];
    }

    /// <summary>Takes what the library logged: settings that it does not use are an error, other warnings are kept.</summary>
    void Hear()
    {
        foreach (var line in LibraryLog.Drain())
        {
            if (line.StartsWith("Parameters:", StringComparison.Ordinal)) throw Errors.NotUsed(line.ReplaceLineEndings(" "));
            warnings.Add(line);
        }
    }

    byte[] TakeCheckpoint()
    {
        if (settings.Samples && !settings.SeedEachRound) throw Errors.NotResumable(settings.Subsample < 1 ? "rows" : "columns");
        return new Checkpoint(facts, [.. rounds], Booster.SaveModel(handle)).ToBytes();
    }

    TrainingResult Finish()
    {
        Hear();
        var booster = new Booster(handle);
        handle = new(0); // the booster's from here on
        if (patience?.BestRound is { } best)
        {
            if (best + 1 < rounds.Count)
            {
                using var whole = booster;
                booster = whole.FirstRounds(best + 1, settings.Threads);
            }

            booster.SetAttribute("best_iteration", $"{best}"); // as the Python package notes it; cutting forgets it
            booster.SetAttribute("best_score", patience.BestValue.ToString("R", CultureInfo.InvariantCulture));
        }

        return new(booster, [.. rounds], patience?.BestRound, rounds.Count < settings.Rounds, [.. warnings]);
    }
}
