using System.Collections.Immutable;

namespace Kiln.Learning.Preparing;

/// <summary>How categories become features, as it is declared.</summary>
public abstract record CategoryEncoding
{
    private protected CategoryEncoding()
    {
    }

    /// <summary>Fits to a column; the second is what training rows get where that differs: [rows, features].</summary>
    internal abstract (FittedEncoding Encoding, float[]? Training) Fit(string column, CategoryCounts counts, FittingLabels? labels);
}

/// <summary>A feature for each value; rare ones share one.</summary>
public sealed record OneHotEncoding(int? MaxCategories, int MinFrequency) : CategoryEncoding
{
    internal override (FittedEncoding, float[]?) Fit(string column, CategoryCounts counts, FittingLabels? labels)
    {
        var rare = Array.ConvertAll(counts.Counts, count => count < MinFrequency);
        var frequent = rare.Count(isRare => !isRare);
        // As scikit-learn: the limit counts the feature of infrequent values too, and of equally frequent values the later ones stay.
        if (MaxCategories is { } most && most < frequent + (frequent < rare.Length ? 1 : 0))
        {
            var byCount = Enumerable.Range(0, rare.Length).OrderBy(place => counts.Counts[place]).ToArray();
            foreach (var place in byCount[..^(most - 1)]) rare[place] = true;
        }
        var own = 0;
        var features = Array.ConvertAll(rare, isRare => isRare ? FittedOneHot.Infrequent : own++);
        if (own > FittedOneHot.Most) throw PreparingErrors.ManyFeatures(column, own, FittedOneHot.Most);
        return (new FittedOneHot { Places = [.. features], Missing = counts.Missing > 0 }, null);
    }
}

/// <summary>One feature with the value's number.</summary>
public sealed record OrdinalEncoding : CategoryEncoding
{
    internal override (FittedEncoding, float[]?) Fit(string column, CategoryCounts counts, FittingLabels? labels) => (new FittedOrdinal(), null);
}

/// <summary>A feature for each bucket of a hash.</summary>
public sealed record HashEncoding(int Buckets) : CategoryEncoding
{
    internal override (FittedEncoding, float[]?) Fit(string column, CategoryCounts counts, FittingLabels? labels) => (new FittedHash { Buckets = Buckets }, null);
}
