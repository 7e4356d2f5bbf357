using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>A batch as networks take it.</summary>
/// <param name="Numbers">Float32 [rows, numbers]; null where no feature is a number.</param>
/// <param name="Categories">
/// Int64 [rows, categories]: places in one table of the vectors of all categories of all features, one feature's after another's. Null
/// where no feature is a category.
/// </param>
public readonly record struct NetworkInput(Tensor? Numbers, Tensor? Categories)
{
    /// <summary>
    /// Float32 [rows, categories, dimensions]: the categories' vectors where they are given, as between a baseline and a row when gradients are
    /// integrated; else null, and a network looks them up.
    /// </summary>
    public Tensor? Vectors { get; init; }
}
