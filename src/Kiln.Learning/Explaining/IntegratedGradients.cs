using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Torch;

namespace Kiln.Learning.Explaining;

/// <summary>
/// Integrated gradients of a network (Sundararajan, Taly and Yan 2017, "Axiomatic attribution for deep networks"): what a feature adds is its
/// distance from the baseline times the mean gradient on the straight way from there, taken at the middles of equal steps. Categories go
/// from the baseline's vector to their own, and what the vector's numbers add is summed. Rows whose contributions miss the network's difference
/// by more than the tolerance are gone to again in twice as many steps.
/// </summary>
sealed class IntegratedGradients(NetworkPredictor predictor, FeatureMatrix reference, AttributionSettings settings)
{
    // As many numbers of features in one batch of gradients.
    const int NumbersAtOnce = 1 << 21;
    const int PointsAtOnce = 1 << 13;

    readonly NetworkLayout layout = predictor.Layout;
    readonly Target target = predictor.Shape.Target;

    /// <exception cref="KilnException">A number is missing.</exception>
    public Contributions Of(FeatureMatrix rows)
    {
        using var scope = new TensorScope();
        var start = Baseline();
        var (deviation, mean) = (predictor.Scale.Deviation, predictor.Scale.Mean);
        var contributions = new Contributions
        {
            Method = AttributionMethod.IntegratedGradients,
            Scale = Contributions.Natural(target),
            Values = new float[checked(rows.Rows * target.Outputs * rows.Columns)],
            Base = Array.ConvertAll(Ask(start, 1), answer => ((double)answer * deviation) + mean),
            Margins = new double[rows.Rows * target.Outputs],
            Tolerance = settings.Tolerance,
            Unit = deviation,
        };
        int[] pending = [.. Enumerable.Range(0, rows.Rows)];
        var steps = settings.Steps;
        while (true)
        {
            var atOnce = Math.Max(1, Math.Min(PointsAtOnce, NumbersAtOnce / rows.Columns) / steps);
            foreach (var part in pending.Chunk(atOnce)) Fill(contributions, rows, part, start, steps);
            pending = [.. pending.Where(row => Enumerable.Range(0, target.Outputs).Any(output => contributions.Gap(row, output) is var (gap, most) && !(gap <= most)))];
            if (pending.Length == 0 || steps >= settings.MostSteps) return contributions with { Steps = steps };
            steps = Math.Min(2 * steps, settings.MostSteps);
        }
    }

    // One row: numbers [1, numbers] and vectors [1, categories, dimensions].
    NetworkInput Baseline()
    {
        using var noGrad = new NoGrad();
        var input = Look(layout.ToInput(reference.Values.Span, predictor.Device));
        return settings.Baseline == AttributionBaseline.Means
            ? new(input.Numbers?.Mean([0], keep: true), null) { Vectors = input.Vectors?.Mean([0], keep: true) }
            : new(input.Numbers?.Narrow(0, 0, 1).ZerosLike(), null) { Vectors = input.Vectors?.Narrow(0, 0, 1).ZerosLike() };
    }

    NetworkInput Look(NetworkInput input) => input with { Vectors = input.Categories is null ? null : predictor.Network.CategoryVectors!.Forward(input.Categories) };

    float[] Ask(NetworkInput input, int rows)
    {
        using var noGrad = new NoGrad();
        return TableNetwork.Shaped(predictor.Network.Forward(input), rows, target).ToArray<float>();
    }

    void Fill(Contributions contributions, FeatureMatrix rows, int[] part, NetworkInput start, int steps)
    {
        using var scope = new TensorScope();
        var values = new float[part.Length * rows.Columns];
        for (var i = 0; i < part.Length; i++) rows.Row(part[i]).CopyTo(values.AsSpan(i * rows.Columns));
        NetworkInput end;
        using (new NoGrad()) end = Look(layout.ToInput(values, predictor.Device));
        var (deviation, mean) = (predictor.Scale.Deviation, predictor.Scale.Mean);
        var answers = Ask(end, part.Length);
        for (var i = 0; i < answers.Length; i++) contributions.Margins[(part[i / target.Outputs] * target.Outputs) + (i % target.Outputs)] = ((double)answers[i] * deviation) + mean;

        var numbers = end.Numbers is null ? null : new Way(start.Numbers!, end.Numbers, steps);
        var vectors = end.Vectors is null ? null : new Way(start.Vectors!, end.Vectors, steps);
        var input = new NetworkInput(numbers?.Points, Repeated(end.Categories, steps)) { Vectors = vectors?.Points };
        var output = TableNetwork.Shaped(predictor.Network.Forward(input), part.Length * steps, target);
        for (var number = 0; number < target.Outputs; number++)
        {
            using var each = new TensorScope();
            (target.Outputs == 1 ? output : output[.., number]).Sum().Backward(retainGraph: number + 1 < target.Outputs);
            Put(numbers?.Contributions(), layout.NumberColumns, number);
            Put(vectors?.Contributions(), [.. layout.CategoryColumns], number);
        }

        void Put(float[]? found, ReadOnlySpan<int> columns, int number)
        {
            for (var i = 0; i < (found?.Length ?? 0); i++)
                contributions.Values[(((part[i / columns.Length] * target.Outputs) + number) * rows.Columns) + columns[i % columns.Length]] = found![i] * deviation;
        }
    }

    static Tensor? Repeated(Tensor? categories, int steps)
    {
        if (categories is null) return null;
        var (rows, columns) = (categories.Size(0), categories.Size(1));
        return categories.Unsqueeze(1).Expand(rows, steps, columns).Reshape(rows * steps, columns);
    }

    /// <summary>The straight way from one row to each of several, [1, …] to [n, …], by the middles of its steps: <see cref="Points"/> [n · steps, …].</summary>
    sealed class Way
    {
        readonly Tensor distance;
        readonly int steps;

        public Way(Tensor start, Tensor end, int steps)
        {
            using var noGrad = new NoGrad();
            this.steps = steps;
            distance = end - start;
            var parts = Tensor.From<float>(Enumerable.Range(0, steps).Select(step => (step + 0.5f) / steps).ToArray(), [1, steps, .. Enumerable.Repeat(1L, end.Shape.Length - 1)], end.Device);
            var points = start.Unsqueeze(1) + (distance.Unsqueeze(1) * parts);
            Points = points.Reshape([end.Size(0) * steps, .. end.Shape.AsSpan()[1..]]);
            Points.RequiresGrad = true;
        }

        public Tensor Points { get; }

        /// <summary>What each feature adds, [n, features], by the gradient that a backward pass has left; which is taken away.</summary>
        public float[] Contributions()
        {
            using var noGrad = new NoGrad();
            if (Points.Grad is not { } gradient) return new float[distance.Size(0) * distance.Size(1)];
            var means = gradient.Reshape([distance.Size(0), steps, .. distance.Shape.AsSpan()[1..]]).Mean([1]);
            var each = means * distance;
            Points.Grad = null;
            return (each.Shape.Length == 2 ? each : each.Sum([2])).ToArray<float>();
        }
    }
}
