using System.Collections.Immutable;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>Rows that were answered, beside what was true of them: all that metrics are computed from.</summary>
public sealed record JudgedRows
{
    /// <summary>What kind of answer was asked for.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>Numbers answered for each row: 1 for two classes and for values, else the number of classes.</summary>
    public required int Outputs { get; init; }

    /// <summary>[<see cref="Rows"/>, <see cref="Outputs"/>], row by row: the probability of the second of two classes, a probability for each of several, or the value.</summary>
    public required ReadOnlyMemory<double> Answers { get; init; }

    /// <summary>What was true of each row: the class's number, the value, or how relevant the row is to its query.</summary>
    public required ReadOnlyMemory<double> Labels { get; init; }

    /// <summary>How much each row counts, from 0; empty: each counts 1.</summary>
    public ReadOnlyMemory<double> Weights { get; init; }

    /// <summary>Each row's query, numbered from 0, where rows are ranked within queries; else empty.</summary>
    public ReadOnlyMemory<int> Groups { get; init; }

    /// <summary>Each row's day, counted from 1970-01-01; empty where rows have no time.</summary>
    public ReadOnlyMemory<int> Days { get; init; }

    /// <summary>Each row's card, where alerts are counted by card; else empty.</summary>
    public ReadOnlyMemory<long> Cards { get; init; }

    /// <summary>Of two classes: the lowest score that is flagged; null: 0.5.</summary>
    public double? Threshold { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>The number of classes; 0 for values.</summary>
    public int Classes => Task switch { LearningTask.Binary => 2, LearningTask.MultiClass => Outputs, _ => 0 };

    /// <summary>A model's answers beside the labels.</summary>
    /// <param name="predictions">The answers.</param>
    /// <param name="labels">One a row: the class's number, or the value.</param>
    /// <param name="weights">How much each row counts; empty: each counts 1.</param>
    /// <exception cref="KilnException">Answers, labels and weights differ in number.</exception>
    public static JudgedRows Of(Predictions predictions, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights = default)
    {
        if (predictions.Rows != labels.Length) throw EvaluatingErrors.LengthsDiffer("predictions", predictions.Rows, "labels", labels.Length);
        return new()
        {
            Task = predictions.Target.Task,
            Outputs = predictions.Target.Outputs,
            Answers = Doubles(predictions.Values.Span),
            Labels = Doubles(labels),
            Weights = Doubles(weights),
        };
    }

    /// <summary>A model's answers for examples, with the labels, weights and days of these.</summary>
    /// <exception cref="KilnException">Answers and examples differ in number.</exception>
    public static JudgedRows Of(Predictions predictions, Examples examples) =>
        Of(predictions, examples.Labels.Span, examples.Weights.Span) with { Days = examples.Days };

    /// <summary>Scores of two classes.</summary>
    /// <param name="scores">The probability of the second class, one a row.</param>
    /// <param name="labels">One a row, true for the second class.</param>
    public static JudgedRows Of(ReadOnlyMemory<double> scores, ReadOnlySpan<bool> labels)
    {
        var numbers = new double[labels.Length];
        for (var row = 0; row < numbers.Length; row++) numbers[row] = labels[row] ? 1 : 0;
        return new() { Task = LearningTask.Binary, Outputs = 1, Answers = scores, Labels = numbers };
    }

    /// <summary>The rows of several sets of one task, one after another: answers, labels and weights.</summary>
    internal static JudgedRows Together(params ImmutableArray<JudgedRows> sets)
    {
        return new()
        {
            Task = sets[0].Task,
            Outputs = sets[0].Outputs,
            Answers = Joined(set => set.Answers),
            Labels = Joined(set => set.Labels),
            Weights = Joined(set => set.Weights),
        };

        double[] Joined(Func<JudgedRows, ReadOnlyMemory<double>> values) => [.. sets.SelectMany(set => values(set).ToArray())];
    }

    /// <summary>Some of the rows, in this order: a slice, or a sample.</summary>
    public JudgedRows Where(ReadOnlySpan<int> rows)
    {
        return this with
        {
            Answers = Taken(Answers, rows, Outputs),
            Labels = Taken(Labels, rows),
            Weights = Taken(Weights, rows),
            Groups = Taken(Groups, rows),
            Days = Taken(Days, rows),
            Cards = Taken(Cards, rows),
        };

        static T[] Taken<T>(ReadOnlyMemory<T> values, ReadOnlySpan<int> rows, int width = 1)
        {
            if (values.IsEmpty) return [];
            var taken = new T[rows.Length * width];
            for (var i = 0; i < rows.Length; i++) values.Span.Slice(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
            return taken;
        }
    }

    /// <summary>The rows that count: those that weigh anything.</summary>
    internal JudgedRows Counted() => Weights.Span.Contains(0) ? Where([.. Enumerable.Range(0, Rows).Where(row => Weights.Span[row] > 0)]) : this;

    /// <summary>How many rows that count there are of each class, by its number.</summary>
    internal int[] RowsOfClasses()
    {
        var counts = new int[Classes];
        for (var row = 0; row < Rows; row++)
            if (Weights.IsEmpty || Weights.Span[row] > 0) counts[(int)Labels.Span[row]]++;
        return counts;
    }

    /// <summary>The number of the class that is answered: of two the second where its probability reaches the threshold, of several the most probable, the first of equals.</summary>
    public int ClassOf(int row)
    {
        if (Task == LearningTask.Regression) throw new InvalidOperationException("Values have no classes.");
        if (Task == LearningTask.Binary) return Answers.Span[row] >= (Threshold ?? 0.5) ? 1 : 0;
        var answers = Answers.Span.Slice(row * Outputs, Outputs);
        var best = 0;
        for (var number = 1; number < answers.Length; number++)
            if (answers[number] > answers[best]) best = number;
        return best;
    }

    /// <summary>Refuses what no metric can be computed from.</summary>
    internal void Check()
    {
        if (Rows == 0) throw EvaluatingErrors.NoRows();
        if (Task == LearningTask.MultiClass ? Outputs < 2 : Outputs != 1) throw EvaluatingErrors.WrongOutputs(Task, Outputs);
        if (Answers.Length != (long)Rows * Outputs) throw EvaluatingErrors.LengthsDiffer("answers", Answers.Length, "labels", Rows * Outputs);
        SameLength("weights", Weights.Length);
        SameLength("queries", Groups.Length);
        SameLength("days", Days.Length);
        SameLength("cards", Cards.Length);
        if (Threshold is { } threshold && double.IsNaN(threshold)) throw EvaluatingErrors.NoThreshold();
        CheckAnswers();
        CheckLabels();
        CheckWeights();
    }

    /// <summary>Refuses answers that are no probabilities: below 0, above 1, or of several classes that do not sum to 1.</summary>
    internal void CheckProbabilities()
    {
        var answers = Answers.Span;
        for (var i = 0; i < answers.Length; i++)
            if (answers[i] is < 0 or > 1) throw EvaluatingErrors.NotProbability(i / Outputs, answers[i]);
        if (Outputs == 1) return;
        for (var row = 0; row < Rows; row++)
        {
            var sum = 0.0;
            foreach (var answer in answers.Slice(row * Outputs, Outputs)) sum += answer;
            if (Math.Abs(sum - 1) > 1e-5) throw EvaluatingErrors.NotSummingToOne(row, sum);
        }
    }

    void SameLength(string what, int length)
    {
        if (length != 0 && length != Rows) throw EvaluatingErrors.LengthsDiffer(what, length, "labels", Rows);
    }

    void CheckAnswers()
    {
        var answers = Answers.Span;
        for (var i = 0; i < answers.Length; i++)
            if (!double.IsFinite(answers[i])) throw EvaluatingErrors.NotFinite(i / Outputs, answers[i]);
    }

    void CheckLabels()
    {
        var classes = Classes;
        var labels = Labels.Span;
        for (var row = 0; row < labels.Length; row++)
        {
            if (classes == 0 && !double.IsFinite(labels[row])) throw EvaluatingErrors.NotFinite("label", row, labels[row]);
            if (classes != 0 && !(labels[row] >= 0 && labels[row] < classes && labels[row] == (int)labels[row])) throw EvaluatingErrors.NotAClass(row, labels[row], classes);
        }
    }

    void CheckWeights()
    {
        if (Weights.IsEmpty) return;
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            if (!(Weights.Span[row] >= 0 && double.IsFinite(Weights.Span[row]))) throw EvaluatingErrors.NotAWeight(row, Weights.Span[row]);
            sum += Weights.Span[row];
        }
        if (sum == 0) throw EvaluatingErrors.NoWeight(Rows);
    }

    static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < doubles.Length; i++) doubles[i] = values[i];
        return doubles;
    }
}
