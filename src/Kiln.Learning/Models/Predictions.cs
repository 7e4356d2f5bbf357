namespace Kiln.Learning.Models;

/// <summary>A model's answers: of two classes the probability of the second, of several a probability for each, of a regression the value.</summary>
public sealed class Predictions
{
    /// <param name="target">What was asked.</param>
    /// <param name="values">[rows, <see cref="Target.Outputs"/>], row by row.</param>
    public Predictions(Target target, ReadOnlyMemory<float> values)
    {
        if (values.Length % target.Outputs != 0) throw new ArgumentException($"{values.Length} values are not rows of {target.Outputs} answers.", nameof(values));
        (Target, Values) = (target, values);
    }

    /// <summary>What was asked.</summary>
    public Target Target { get; }

    /// <summary>[<see cref="Rows"/>, <see cref="Target.Outputs"/>], row by row.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Values.Length / Target.Outputs;

    /// <summary>The one answer of each row in double precision; not of several classes.</summary>
    public double[] ToDoubles()
    {
        if (Target.Outputs != 1) throw new InvalidOperationException("Of several classes there are several answers a row.");
        return Array.ConvertAll(Values.ToArray(), value => (double)value);
    }

    /// <summary>The number of the class that is most probable; of two, the second where its probability is at least the threshold.</summary>
    public int ClassOf(int row, double threshold = 0.5)
    {
        if (Target.Task == LearningTask.Regression) throw new InvalidOperationException("A regression has no classes.");
        if (Target.Task == LearningTask.Binary) return Values.Span[row] >= threshold ? 1 : 0;
        var answers = Values.Span.Slice(row * Target.Outputs, Target.Outputs);
        var best = 0;
        for (var number = 1; number < answers.Length; number++)
            if (answers[number] > answers[best]) best = number;
        return best;
    }
}
