using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>Where the numbers and the categories of a prepared row go in a network's input.</summary>
sealed class NetworkLayout
{
    readonly int[] numbers;
    readonly (int Column, long Offset, int Count)[] categories;
    readonly ImmutableArray<Feature> features;

    public NetworkLayout(ImmutableArray<Feature> features)
    {
        this.features = features;
        numbers = [.. Enumerable.Range(0, features.Length).Where(column => features[column].Kind == FeatureKind.Number)];
        var places = new List<(int, long, int)>();
        foreach (var column in Enumerable.Range(0, features.Length).Where(column => features[column].Kind == FeatureKind.Category))
        {
            places.Add((column, CategoryVectors, features[column].Categories));
            CategoryVectors += features[column].Categories;
        }
        categories = [.. places];
    }

    /// <summary>The columns of the features that are numbers, in the order of a network's input.</summary>
    public ReadOnlySpan<int> NumberColumns => numbers;

    /// <summary>The columns of the features that are categories, in the order of a network's input.</summary>
    public IEnumerable<int> CategoryColumns => categories.Select(category => category.Column);

    /// <summary>How many features are numbers.</summary>
    public int Numbers => numbers.Length;

    /// <summary>How many features are categories.</summary>
    public int Categories => categories.Length;

    /// <summary>The categories of all features together: the rows of their table of vectors.</summary>
    public long CategoryVectors { get; }

    /// <summary>The places in that table of each feature's category for unseen values.</summary>
    public IEnumerable<long> UnseenPlaces => categories.Select(category => category.Offset + Feature.Unseen);

    /// <summary>Prepared rows as tensors; the caller owns them.</summary>
    /// <param name="rows">[n, features], row by row.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <exception cref="KilnException">A number is missing: a network has no place for that.</exception>
    public NetworkInput ToInput(ReadOnlySpan<float> rows, Device device)
    {
        var count = rows.Length / features.Length;
        var numberTensor = numbers.Length == 0 ? null : Tensor.From<float>(numbers.Length == features.Length ? Checked(rows) : Gather(rows, count), [count, numbers.Length], device);
        var categoryTensor = categories.Length == 0 ? null : Tensor.From<long>(Places(rows, count), [count, categories.Length], device);
        return new(numberTensor, categoryTensor);
    }

    ReadOnlySpan<float> Checked(ReadOnlySpan<float> rows)
    {
        for (var i = 0; i < rows.Length; i++)
            if (float.IsNaN(rows[i])) throw NetworkErrors.MissingNumber(features[i % features.Length].Name, i / features.Length);
        return rows;
    }

    float[] Gather(ReadOnlySpan<float> rows, int count)
    {
        var gathered = new float[count * numbers.Length];
        for (var row = 0; row < count; row++)
        {
            var from = rows.Slice(row * features.Length, features.Length);
            var to = gathered.AsSpan(row * numbers.Length, numbers.Length);
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = from[numbers[i]];
                if (float.IsNaN(to[i])) throw NetworkErrors.MissingNumber(features[numbers[i]].Name, row);
            }
        }
        return gathered;
    }

    long[] Places(ReadOnlySpan<float> rows, int count)
    {
        var places = new long[count * categories.Length];
        for (var row = 0; row < count; row++)
        {
            for (var i = 0; i < categories.Length; i++)
            {
                var (column, offset, known) = categories[i];
                var number = rows[(row * features.Length) + column];
                if (!(number >= 0 && number < known)) throw NetworkErrors.NotACategory(features[column].Name, row, number, known);
                places[(row * categories.Length) + i] = offset + (long)number;
            }
        }
        return places;
    }
}
