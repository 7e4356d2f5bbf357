using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>Columns of categories, of which an encoding has to be chosen.</summary>
public sealed record CategoryColumns
{
    internal CategoryColumns(ImmutableArray<string> names) => Names = names;

    /// <summary>The columns' names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>What stands for a missing value; null for none.</summary>
    public string? Fill { get; private init; }

    /// <summary>Whether the training rows' most frequent value, the first of several, stands for a missing one.</summary>
    public bool FillMostFrequent { get; private init; }

    /// <summary>Missing values become the training rows' most frequent value; of several the first.</summary>
    public CategoryColumns ImputeMostFrequent() => this with { FillMostFrequent = true, Fill = null };

    /// <summary>Missing values become this value.</summary>
    public CategoryColumns Impute(string value) => this with { FillMostFrequent = false, Fill = value };

    /// <summary>
    /// One feature for each value of the training rows, in order, and one for missing where they have that; a later unseen value is 0 in all.
    /// Values rarer than <paramref name="minFrequency"/> rows, or more than <paramref name="maxCategories"/>, share one feature,
    /// "infrequent", as in scikit-learn's OneHotEncoder.
    /// </summary>
    public EncodedCategories OneHot(int? maxCategories = null, int minFrequency = 1) =>
        maxCategories is < 2 || minFrequency < 1
            ? throw PreparingErrors.Declared("The limits of a one-hot encoding have no meaning.", string.Join(", ", Names), "Give at least 2 categories and a frequency from 1.")
            : new(this, new OneHotEncoding(maxCategories, minFrequency));

    /// <summary>One feature of kind <see cref="FeatureKind.Category"/>: 0 unseen, 1 missing, from 2 the training rows' values in order.</summary>
    public EncodedCategories Ordinal() => new(this, new OrdinalEncoding());

    /// <summary>
    /// The mean label of rows with this value, drawn to the mean of all as <paramref name="smoothing"/> rows would draw it; with several
    /// classes the share of each, one feature a class. Training rows get means of the other folds only, later rows those of all.
    /// </summary>
    public EncodedCategories TargetEncode(int folds = 5, double smoothing = 10) =>
        folds is < 2 or > 1000 || !(double.IsFinite(smoothing) && smoothing >= 0)
            ? throw PreparingErrors.Declared("The folds or the smoothing of a target encoding have no meaning.", string.Join(", ", Names), "Give 2 to 1000 folds and a smoothing from 0.")
            : new(this, new TargetEncoding(folds, smoothing));

    /// <summary>One feature for each of so many buckets, 1 in the bucket of the value's hash; missing is 0 in all. Nothing is fitted.</summary>
    public EncodedCategories Hash(int buckets) =>
        buckets is < 1 or > FittedHash.Most
            ? throw PreparingErrors.Declared("The number of buckets has no meaning.", string.Join(", ", Names), $"Give 1 to {FittedHash.Most:#,0}.")
            : new(this, new HashEncoding(buckets));
}

/// <summary>Columns of categories and how they become features.</summary>
public sealed record EncodedCategories : PreparedColumns
{
    internal EncodedCategories(CategoryColumns columns, CategoryEncoding encoding)
        : base(columns.Names) => (Columns, Encoding) = (columns, encoding);

    /// <summary>The columns.</summary>
    public CategoryColumns Columns { get; }

    /// <summary>How they become features.</summary>
    public CategoryEncoding Encoding { get; }

    internal override FittedPart Fit(Column column, FittingLabels? labels)
    {
        var counts = CategoryCounts.Of(column);
        var name = column.Schema.Name;
        if (counts.Missing == column.Length && Columns.Fill is null) throw PreparingErrors.AllMissing(name, column.Length);
        var fill = Columns.FillMostFrequent ? counts.Known[counts.Counts.IndexOf(counts.Counts.Max())] : Columns.Fill;
        if (fill is not null && counts.Missing > 0) counts = counts.Filled(fill, InputKinds.Of(column));
        var (encoding, training) = Encoding.Fit(name, counts, labels);
        return new(
            new FittedCategories
            {
                Input = new()
                {
                    Name = name,
                    Kind = InputKinds.Of(column),
                    IsOptional = fill is not null || counts.Missing > 0 || encoding is FittedOrdinal or FittedHash,
                    KnownValues = encoding is FittedHash ? [] : counts.Known,
                },
                Fill = fill,
                Encoding = encoding,
            })
        {
            Training = training,
            Codes = encoding is FittedHash ? null : counts.Codes,
        };
    }
}
