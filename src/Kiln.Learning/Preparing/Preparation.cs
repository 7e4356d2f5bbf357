using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Preparing;

/// <summary>
/// How columns become features, as it is declared; fitting it to training rows, and to them only, gives the <see cref="FittedPreparation"/>
/// that prepares all rows. Statistics are computed in double precision; rows count alike, whatever their weights.
/// </summary>
public sealed record Preparation
{
    /// <exception cref="KilnException">No column is named.</exception>
    public Preparation(params ImmutableArray<PreparedColumns> parts)
    {
        if (parts.IsDefaultOrEmpty) throw PreparingErrors.NoColumns();
        Parts = parts;
    }

    /// <summary>Columns and their steps, in the order of their features.</summary>
    public ImmutableArray<PreparedColumns> Parts { get; }

    /// <summary>The names of the columns it reads, each once.</summary>
    public ImmutableArray<string> Names => [.. Parts.SelectMany(part => part.Names).Distinct()];

    /// <summary>The same for all given columns by what they hold, as the settings say.</summary>
    /// <exception cref="KilnException">A column is of a kind that no setting prepares, or the settings name one that is not given.</exception>
    public static Preparation For(IEnumerable<ColumnSchema> columns, PreparationSettings settings) => settings.Declare([.. columns]);

    /// <summary>
    /// Fits to training rows and prepares them: columns that are encoded by their target get, row by row, what the other folds tell.
    /// The same seed gives the same bits, whatever the threads.
    /// </summary>
    /// <exception cref="KilnException">A column is missing, of another kind or without a value, or one of its values has no meaning.</exception>
    public (FittedPreparation Fitted, FeatureMatrix Training) FitApply(Examples examples, long seed = 0)
    {
        var labels = new FittingLabels(examples.Target, examples.Labels, seed);
        var parts = FitParts(Named(examples.Columns), labels);
        var fitted = Whole(parts);
        return (fitted, fitted.Apply(examples.Columns, parts));
    }

    /// <summary>Fits to training rows.</summary>
    /// <exception cref="KilnException">A column is missing, of another kind or without a value, or is encoded by a target.</exception>
    public FittedPreparation Fit(TableColumns columns) => Whole(FitParts(Named(columns), null));

    /// <summary>
    /// Fits column by column, asking for each by its name when it is its turn, one at a time: a table larger than memory is fitted so.
    /// Its training rows then have to be prepared with <see cref="FitApply"/> where columns are encoded by their target.
    /// </summary>
    /// <exception cref="KilnException">A column is of another kind or without a value, or its length is not the labels'.</exception>
    public FittedPreparation Fit(Func<string, Column> columns, Target? target = null, ReadOnlyMemory<float> labels = default, long seed = 0) =>
        Whole(FitParts(columns, target is null ? null : new(target, labels, seed)));

    static Func<string, Column> Named(TableColumns columns) => name => columns.Has(name)
        ? columns[name]
        : throw PreparingErrors.NoSuchColumn(name, columns.Columns.Select(column => column.Schema.Name));

    static FittedPreparation Whole(FittedPart[] parts) => new FittedPreparation { Columns = [.. parts.Select(part => part.Column)] }.Checked();

    FittedPart[] FitParts(Func<string, Column> columns, FittingLabels? labels)
    {
        var wanted = Parts.SelectMany(part => part.Names.Select(name => (part, name))).ToArray();
        var fitted = new FittedPart[wanted.Length];
        var errors = new Exception?[wanted.Length];
        var turn = new Lock();
        Parallel.For(0, wanted.Length, i =>
        {
            try
            {
                fitted[i] = FitOne(wanted[i].part, wanted[i].name);
            }
            catch (KilnException error)
            {
                errors[i] = error;
            }
        });
        return errors.FirstOrDefault(error => error is not null) is { } first ? throw first : fitted;

        FittedPart FitOne(PreparedColumns part, string name)
        {
            Column column;
            lock (turn) column = columns(name);
            return column.Length == 0 ? throw PreparingErrors.NoRows() : part.Fit(column, labels);
        }
    }
}
