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

/// <summary>A fitted column, and what training rows get in place of its features where that differs: [rows, features].</summary>
sealed record FittedPart(FittedColumn Column, float[]? Training = null);

