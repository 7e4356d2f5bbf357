using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Preparing;

/// <summary>What is done to numbers.</summary>
public enum NumberPreparation
{
    /// <summary>Mean 0, deviation 1.</summary>
    Standardize,

    /// <summary>Median 0, interquartile range 1.</summary>
    Robust,

    /// <summary>To the normal distribution.</summary>
    Quantile,

    /// <summary>The signed logarithm, then mean 0 and deviation 1.</summary>
    Log,

    /// <summary>From 0 to 1.</summary>
    MinMax,

    /// <summary>As they are.</summary>
    None,
}

/// <summary>What is done to categories.</summary>
public enum CategoryPreparation
{
    /// <summary>A feature for each value.</summary>
    OneHot,

    /// <summary>The number of the value.</summary>
    Ordinal,

    /// <summary>The mean label of the value.</summary>
    Target,

    /// <summary>A feature for each bucket of a hash.</summary>
    Hash,
}

/// <summary>What stands for missing numbers.</summary>
public enum NumberImputation
{
    /// <summary>The median.</summary>
    Median,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The most frequent value.</summary>
    MostFrequent,

    /// <summary>Nothing: they stay missing, as tree models take them.</summary>
    None,
}

/// <summary>What is done to times.</summary>
public enum TimePreparation
{
    /// <summary>Hour, weekday and month as sine and cosine.</summary>
    Cyclic,

    /// <summary>Hour, weekday, day of month, month and year as they are.</summary>
    Parts,
}

/// <summary>How columns are prepared by what they hold, and which of them otherwise: a section of settings.</summary>
public sealed record PreparationSettings : IValidatableObject
{
    /// <summary>What is done to numbers and truths.</summary>
    public NumberPreparation Numbers { get; init; } = NumberPreparation.Standardize;

    /// <summary>What stands for missing numbers.</summary>
    public NumberImputation Impute { get; init; } = NumberImputation.Median;

    /// <summary>Whether a feature beside each number tells where it was missing.</summary>
    public bool Indicators { get; init; }

    /// <summary>What is done to texts.</summary>
    public CategoryPreparation Categories { get; init; } = CategoryPreparation.OneHot;

    /// <summary>Features for one column's values at most, where each has its own.</summary>
    [Range(2, 1_000_000)]
    public int MaxCategories { get; init; } = 1000;

    /// <summary>Folds of an encoding by target.</summary>
    [Range(2, 1000)]
    public int Folds { get; init; } = 5;

    /// <summary>Rows by which an encoding by target is drawn to the mean of all.</summary>
    [Range(0, 1e9)]
    public double Smoothing { get; init; } = 10;

    /// <summary>Buckets of a hash.</summary>
    [Range(1, 1_000_000)]
    public int Buckets { get; init; } = 64;

    /// <summary>What is done to dates and times.</summary>
    public TimePreparation Times { get; init; } = TimePreparation.Cyclic;

    /// <summary>What is done to bytes, such as images; null where there are none.</summary>
    public BytePreparationSettings? Bytes { get; init; }

    /// <summary>Columns that are prepared otherwise.</summary>
    public ImmutableArray<ColumnPreparationSettings> Columns { get; init; } = [];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Columns.IsDefault) yield break;
        if (Columns.GroupBy(own => own.Column).FirstOrDefault(group => group.Count() > 1) is { } twice) yield return new($"columns names {twice.Key} twice");
        if (Indicators && Impute == NumberImputation.None && Columns.All(own => own.Impute is null or NumberImputation.None))
            yield return new("indicators tell where a number was imputed, and impute is none: leave indicators out, or impute");
    }

    internal Preparation Declare(ImmutableArray<ColumnSchema> columns)
    {
        SettingsCheck.Whole("preparation", this);
        foreach (var own in Columns)
            if (!columns.Any(column => column.Name == own.Column)) throw PreparingErrors.UnknownOverride(own.Column, columns.Select(column => column.Name));
        return new([.. columns.Select(column => Declare(column, Columns.LastOrDefault(own => own.Column == column.Name)))]);
    }

    PreparedColumns Declare(ColumnSchema column, ColumnPreparationSettings? own) => (InputKinds.Of(column.Type.Kind), own) switch
    {
        (InputKind.Number or InputKind.Boolean or InputKind.Text, { Categories: { } chosen }) => Encode(column.Name, chosen),
        (InputKind.Text, _) => Encode(column.Name, Categories),
        (InputKind.Number or InputKind.Boolean, _) => Scale(column.Name, own?.Numbers ?? Numbers, own?.Impute ?? Impute),
        (InputKind.Time, _) when Times == TimePreparation.Cyclic => Prepare.Times(column.Name).Cyclic(DatePart.Hour, DatePart.Weekday, DatePart.Month),
        (InputKind.Time, _) => Prepare.Times(column.Name).Parts(DatePart.Hour, DatePart.Weekday, DatePart.DayOfMonth, DatePart.Month, DatePart.Year),
        (InputKind.Bytes, _) when Bytes is { } bytes => Prepare.Bytes(column.Name, bytes.Length).Scale(bytes.Mean, bytes.Deviation),
        var (kind, _) => throw PreparingErrors.Unprepared(column.Name, InputKinds.Describe(kind)),
    };

    NumberColumns Scale(string name, NumberPreparation chosen, NumberImputation imputation)
    {
        var numbers = Prepare.Numbers(name);
        numbers = imputation switch
        {
            NumberImputation.Median => numbers.Impute(Fill.Median, Indicators),
            NumberImputation.Mean => numbers.Impute(Fill.Mean, Indicators),
            NumberImputation.MostFrequent => numbers.Impute(Fill.MostFrequent, Indicators),
            _ => numbers,
        };
        return chosen switch
        {
            NumberPreparation.Standardize => numbers.Standardize(),
            NumberPreparation.Robust => numbers.RobustScale(),
            NumberPreparation.Quantile => numbers.Quantile(normal: true),
            NumberPreparation.Log => numbers.Log(signed: true).Standardize(),
            NumberPreparation.MinMax => numbers.MinMax(),
            _ => numbers,
        };
    }

    EncodedCategories Encode(string name, CategoryPreparation chosen)
    {
        var categories = Prepare.Categories(name);
        return chosen switch
        {
            CategoryPreparation.Ordinal => categories.Ordinal(),
            CategoryPreparation.Target => categories.TargetEncode(Folds, Smoothing),
            CategoryPreparation.Hash => categories.Hash(Buckets),
            _ => categories.OneHot(MaxCategories),
        };
    }
}

/// <summary>What is done to columns of bytes: (byte / 255 − mean) / deviation.</summary>
public sealed record BytePreparationSettings
{
    /// <summary>Bytes in every row, each a feature.</summary>
    [Range(1, 1_000_000)]
    public required int Length { get; init; }

    /// <summary>What is subtracted, from 0 to 1 as bytes are by then.</summary>
    [Range(-1e6, 1e6)]
    public double Mean { get; init; }

    /// <summary>What is divided by.</summary>
    [Range(1e-6, 1e6)]
    public double Deviation { get; init; } = 1;
}

/// <summary>What is done to one column; what is left out is as for all. Naming a category's preparation makes numbers categories.</summary>
public sealed record ColumnPreparationSettings : IValidatableObject
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>What is done to its numbers.</summary>
    public NumberPreparation? Numbers { get; init; }

    /// <summary>What stands for its missing numbers.</summary>
    public NumberImputation? Impute { get; init; }

    /// <summary>What is done to its categories.</summary>
    public CategoryPreparation? Categories { get; init; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Categories is not null && (Numbers is not null || Impute is not null)) yield return new($"the column {Column} is prepared as categories, so that numbers and impute say nothing: leave them out, or categories");
    }
}
