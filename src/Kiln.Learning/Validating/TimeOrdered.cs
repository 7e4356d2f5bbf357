using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Data;

namespace Kiln.Learning.Validating;

/// <summary>
/// Windows of days, one after another; each is judged on by what was learned from the days before it (prequential validation: Gama, Sebastião
/// and Rodrigues 2013). A delay between them stands for the time until labels are known.
/// </summary>
public sealed record TimeOrdered : FoldPlan, IValidatableObject
{
    const double MicrosPerDay = 86_400_000_000;

    /// <summary>The column that tells when a row arose: a date, or a point in time, read as UTC.</summary>
    public required string Time { get; init; }

    /// <summary>The first day that is judged on.</summary>
    public required DateOnly First { get; init; }

    /// <summary>The days of each window.</summary>
    [Range(1, 100_000)]
    public int Days { get; init; } = 7;

    /// <summary>How many windows.</summary>
    [Range(1, 1000)]
    public int Folds { get; init; } = 1;

    /// <summary>Days right before a window that are not learned from.</summary>
    [Range(0, 100_000)]
    public int DelayDays { get; init; }

    /// <summary>Days that are learned from; 0: all that there are.</summary>
    [Range(0, 100_000)]
    public int TrainDays { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Names => [.. Enumerable.Range(0, Folds).Select(fold => $"{Start(fold):yyyy-MM-dd}")];

    internal override IEnumerable<string> Columns => [Time];

    DateOnly Start(int fold) => First.AddDays(fold * Days);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (First.DayNumber + ((long)Folds * Days) > DateOnly.MaxValue.DayNumber) yield return new($"{Folds} windows of {Days} days from {First:yyyy-MM-dd} on end after the year 9999");
    }

    private protected override FoldRows Choose(TableColumns rows, int fold)
    {
        var days = ReadDays(rows[Time]);
        var start = Start(fold).DayNumber;
        var known = start - DelayDays;
        var oldest = TrainDays == 0 ? int.MinValue : known - TrainDays;
        return new()
        {
            Training = [.. Enumerable.Range(0, days.Length).Where(row => days[row] >= oldest && days[row] < known)],
            Assessed = [.. Enumerable.Range(0, days.Length).Where(row => days[row] >= start && days[row] < start + Days)],
        };
    }

    /// <summary>Each row's day, as <see cref="DateOnly.DayNumber"/> counts.</summary>
    static int[] ReadDays(Column column)
    {
        var unit = column.Schema.Type.Kind switch
        {
            ColumnKind.Date => 1,
            ColumnKind.Timestamp => MicrosPerDay,
            _ => throw ValidatingErrors.NoTime(column.Schema.Name, column.Schema.Type.ToString()),
        };
        var epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return [.. column.ToDoubles().Select((value, row) => double.IsNaN(value) ? throw ValidatingErrors.NoValue(column.Schema.Name, row) : epoch + (int)Math.Floor(value / unit))];
    }
}
