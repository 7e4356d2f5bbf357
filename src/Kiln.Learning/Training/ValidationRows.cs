using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>The rows that epochs are judged on, in the device's memory.</summary>
sealed class ValidationRows(FitRows rows, ResidentRows resident) : IDisposable
{
    // Validation goes in parts, so that its memory does not grow with the window.
    const long RowsAtOnce = 1 << 13;

    /// <summary>The loss without dropout, and what else there is to measure.</summary>
    public (double Loss, ImmutableSortedDictionary<string, double> Measures) Measure(TableNetwork network, Loss loss, LabelScale scale)
    {
        network.Eval();
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        var answers = Answers(network);
        var all = resident.Part(0, resident.Rows);
        var value = (all.Weights is null ? loss.Forward(answers, all.Labels) : loss.Forward(answers, all.Labels, all.Weights)).Item();
        var (predictions, labels) = rows.Undo(NetworkPredictor.ToAnswers(answers, rows.Target, scale));
        return (value, Measures.Of(rows.Target.Task).ToImmutableSortedDictionary(Measures.Name, measure => Of(measure, predictions, labels), StringComparer.Ordinal));
    }

    public void Dispose() => resident.Dispose();

    // A network that has gone astray answers with what is no number: its loss says so, and the measures say nothing.
    static double Of(Measure measure, Predictions predictions, ReadOnlySpan<float> labels) =>
        predictions.Values.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue) ? double.NaN : Measures.Compute(measure, predictions, labels);

    Tensor Answers(TableNetwork network)
    {
        var answers = new List<Tensor>();
        for (var start = 0L; start < resident.Rows; start += RowsAtOnce)
        {
            var part = resident.Part(start, Math.Min(RowsAtOnce, resident.Rows - start));
            answers.Add(TableNetwork.Shaped(network.Forward(part.Input), part.Rows, rows.Target));
        }
        return answers.Count == 1 ? answers[0] : Tensor.Cat(answers);
    }
}
