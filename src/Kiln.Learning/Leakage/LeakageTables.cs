using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Fitting;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Leakage;

/// <summary>The rows that are learned from, beside those that are judged on.</summary>
sealed class LeakageTables
{
    readonly Dictionary<string, Table> _tables;

    /// <exception cref="KilnException">A table cannot be read.</exception>
    public LeakageTables(Table training, Table test, LearningProblem problem)
    {
        (Training, Test, Problem) = (training, test, problem);
        _tables = new() { ["training"] = training, ["test"] = test };
        TrainingColumns = Empty(training);
        TestColumns = Empty(test);
        TestRows = test.RowCount;
        Features = [.. problem.FeaturesOf(training.Schema)];
    }

    public Table Training { get; }

    public Table Test { get; }

    public LearningProblem Problem { get; }

    public long TestRows { get; }

    public ImmutableArray<string> Features { get; }

    /// <summary>The columns without rows: they tell whether a name is there, and its type.</summary>
    public TableColumns TrainingColumns { get; }

    /// <summary>The same of the test rows.</summary>
    public TableColumns TestColumns { get; }

    /// <summary>Columns as <c>c0</c>, <c>c1</c> …, whatever they are called.</summary>
    /// <exception cref="KilnException">One side lacks a column.</exception>
    public string Numbered(params IEnumerable<string> columns) => string.Join(", ", columns.Select((name, place) => $"{Sql.Identifier(Known(name).Name)} AS c{place}"));

    /// <summary>A column that both sides have, as the training rows have it.</summary>
    /// <exception cref="KilnException">One side lacks it.</exception>
    public ColumnSchema Known(string name)
    {
        _ = TestColumns[name];
        return TrainingColumns[name].Schema;
    }

    /// <summary>Reads what a query over <c>training</c> and <c>test</c> answers.</summary>
    public TableColumns Read(string sql)
    {
        using var result = Database.Shared.Query(sql, _tables);
        return result.ReadAll();
    }

    /// <summary>How many rows a query answers, and the first of them, for examples.</summary>
    public (long Count, TableColumns First) Some(string sql, string order)
    {
        var first = Read($"SELECT *, count(*) OVER () AS found FROM ({sql}) ORDER BY {order} LIMIT {LeakageFinding.MostExamples}");
        return (first.RowCount == 0 ? 0 : first.Values<long>("found").Span[0], first);
    }

    /// <summary>An example for each row.</summary>
    public static ImmutableArray<string> Examples(TableColumns rows, Func<int, string> say) => [.. Enumerable.Range(0, rows.RowCount).Select(say)];

    /// <summary>Whether values of a column can be compared as times: dates, times, or numbers.</summary>
    public static bool IsTime(ColumnSchema column) => InputKinds.Of(column.Type.Kind) is InputKind.Time or InputKind.Number;

    public static string Percent(long count, long of) => of == 0 ? "0%" : ((double)count / of).ToString("0.##%", CultureInfo.InvariantCulture);

    static TableColumns Empty(Table table)
    {
        using var result = table.Query("SELECT * FROM this LIMIT 0");
        return result.ReadAll();
    }
}
