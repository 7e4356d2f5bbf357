using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>A network over prepared rows: logits of classes, or a value. It answers [n] where the target has one output, else [n, outputs].</summary>
public abstract class TableNetwork(Target target) : Module<NetworkInput, Tensor>
{
    /// <summary>Whether weight decay draws a parameter to 0; not what shifts, scales or stands for a value.</summary>
    public virtual bool IsDecayed(string parameter) => true;

    /// <summary>
    /// The table that categories are looked up in, of a network that takes <see cref="NetworkInput.Vectors"/> in their place where they are
    /// given. A network with categories and without this cannot be explained by gradients.
    /// </summary>
    public virtual Embedding? CategoryVectors => null;

    /// <summary>A hash of the files that it is made from; empty where settings and weights are all.</summary>
    internal virtual string FilesHash => "";

    /// <summary>Writes what a model's folder needs of it besides the weights.</summary>
    internal virtual void SaveBeside(string folder)
    {
    }

    /// <summary>The last layer's columns as answers: [n, 1] becomes [n].</summary>
    protected Tensor Answer(Tensor columns)
    {
        if (target.Outputs > 1) return columns;
        using (columns) return columns.Squeeze(1);
    }

    /// <summary>
    /// A network's answers as losses take them: a network of one's own may answer [n, 1] for [n]; beside labels [n] that would be taken for n × n.
    /// </summary>
    /// <exception cref="KilnException">The answers are of another shape.</exception>
    internal static Tensor Shaped(Tensor answers, long rows, Target target)
    {
        var shape = answers.Shape;
        if (target.Outputs == 1 ? shape.SequenceEqual([rows]) : shape.SequenceEqual([rows, target.Outputs])) return answers;
        if (target.Outputs == 1 && shape.SequenceEqual([rows, 1])) return answers.Squeeze(1);
        throw NetworkErrors.WrongAnswers(string.Join(", ", shape), target.Outputs == 1 ? $"{rows}" : $"{rows}, {target.Outputs}");
    }
}
