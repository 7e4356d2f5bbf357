using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>Columns and how each of them is prepared: a part of a <see cref="Preparation"/>.</summary>
public abstract record PreparedColumns
{
    private protected PreparedColumns(ImmutableArray<string> names)
    {
        if (names.IsDefaultOrEmpty) throw PreparingErrors.NoColumns();
        Names = names;
    }

    /// <summary>The columns' names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Fits one of the columns.</summary>
    internal abstract FittedPart Fit(Column column, FittingLabels? labels);

    private protected KilnException Wrong(string what, string next) => PreparingErrors.Declared(what, string.Join(", ", Names), next);
}

/// <summary>A fitted column, and what fitting learned of the training rows.</summary>
sealed record FittedPart(FittedColumn Column)
{
    /// <summary>Training rows' features where they are not what later rows get: [rows, features].</summary>
    public float[]? Training { get; init; }

    /// <summary>Training rows' categories by number, so that they are not looked up twice; null where they are none.</summary>
    public int[]? Codes { get; init; }
}
