using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Leakage;

/// <summary>Entities with rows on both sides: what a model learned of one is no test of how it does on others.</summary>
static class EntityCheck
{
    public static IEnumerable<LeakageFinding> Run(LeakageTables tables, LeakageSettings settings) => settings.Entities.IsEmpty
        ? [LeakageFinding.NotApplicable(LeakageCheck.SharedEntities, "No entities are declared.")]
        : settings.Entities.Select(entity => Compare(tables, entity));

    static LeakageFinding Compare(LeakageTables tables, EntitySettings entity)
    {
        if (entity.Columns.IsEmpty) throw LeakageErrors.NoEntity();
        var values = tables.Numbered(entity.Columns);
        var names = entity.Columns.Select((_, place) => $"c{place}").ToList();
        var isKnown = string.Join(" AND ", names.Select(name => $"{name} IS NOT NULL"));
        var all = string.Join(", ", names);
        var found = tables.Read($"""
            SELECT concat_ws(', ', {all}) AS entity, n::BIGINT AS n
            FROM (SELECT {all}, count(*) AS n FROM (SELECT {values} FROM test) WHERE {isKnown} GROUP BY ALL)
            SEMI JOIN (SELECT {values} FROM training) USING ({all})
            ORDER BY n DESC, {all}
            """);
        var counts = found.Values<long>("n");
        var rows = counts.ToArray().Sum();
        var isSuspicious = rows > entity.MostShare * tables.TestRows;
        return new()
        {
            Check = LeakageCheck.SharedEntities,
            Columns = entity.Columns,
            Outcome = isSuspicious ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
            Count = rows,
            Of = tables.TestRows,
            Examples = [.. Enumerable.Range(0, Math.Min(found.RowCount, LeakageFinding.MostExamples)).Select(place => $"{found.Texts("entity").Span[place]} ({counts.Span[place]:#,0} test rows)")],
            Found = $"{LeakageTables.Percent(rows, tables.TestRows)} of the test rows are of {found.RowCount:#,0} entities ({string.Join(", ", entity.Columns)}) that have training rows too.",
            Next = isSuspicious ? "Split by the entity, so that each is on one side (groupedKFold); or, where the model will meet those it knows, allow the share: mostShare." : "",
        };
    }
}

/// <summary>Test rows that are not later than all training rows: a model that is tried on the past knows what came of it.</summary>
static class TimeOverlapCheck
{
    public static IEnumerable<LeakageFinding> Run(LeakageTables tables)
    {
        if (tables.Problem.Time is not { } name) return [LeakageFinding.NotApplicable(LeakageCheck.TimeOverlap, "Rows have no column of times.")];
        var column = tables.Known(name);
        if (!LeakageTables.IsTime(column)) throw LeakageErrors.NotATime(column);
        var time = Sql.Identifier(name);
        var ends = tables.Read($"SELECT (SELECT max({time}) FROM training)::VARCHAR AS last, (SELECT min({time}) FROM test)::VARCHAR AS first");
        if (ends.Texts("last").Span[0] is not { } last || ends.Texts("first").Span[0] is not { } first)
            return [LeakageFinding.NotApplicable(LeakageCheck.TimeOverlap, "One side has no row with a time.", name)];
        var rows = tables.Read($"SELECT n::BIGINT AS n, {time}::VARCHAR AS time FROM (SELECT {time}, row_number() OVER () - 1 AS n FROM test) WHERE {time} <= (SELECT max({time}) FROM training) ORDER BY {time}, n");
        return
        [
            new()
            {
                Check = LeakageCheck.TimeOverlap,
                Columns = [name],
                Outcome = rows.RowCount > 0 ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
                Count = rows.RowCount,
                Of = tables.TestRows,
                Examples = [.. Enumerable.Range(0, Math.Min(rows.RowCount, LeakageFinding.MostExamples)).Select(place => $"test row {rows.Values<long>("n").Span[place]} ({rows.Texts("time").Span[place]})")],
                Found = $"The test rows begin at {first}, and the training rows end at {last}.",
                Next = rows.RowCount > 0 ? "Split by time, so that all test rows are later (timeOrdered); leave a gap for labels that are known late." : "",
            },
        ];
    }
}

/// <summary>Features that were known after their label: at the time of a decision they are not there.</summary>
static class LateFeatureCheck
{
    public static IEnumerable<LeakageFinding> Run(LeakageTables tables, LeakageSettings settings) => settings.Times.IsEmpty
        ? [LeakageFinding.NotApplicable(LeakageCheck.LateFeatures, "No times of features and labels are declared.")]
        : settings.Times.Select(pair => Compare(tables, pair));

    static LeakageFinding Compare(LeakageTables tables, KnownTimeSettings pair)
    {
        var (feature, label) = (tables.Known(pair.Feature), tables.Known(pair.Label));
        if (!LeakageTables.IsTime(feature) || !LeakageTables.IsTime(label) || IsNumber(feature) != IsNumber(label)) throw LeakageErrors.NotTimes(feature, label);
        var values = tables.Numbered(pair.Feature, pair.Label);
        string Side(string table) => $"SELECT '{table}' AS side, n::BIGINT AS n, c0::VARCHAR AS known, c1::VARCHAR AS label FROM (SELECT {values}, row_number() OVER () - 1 AS n FROM {table}) WHERE c0 > c1";
        var late = tables.Read($"SELECT * FROM ({Side("training")} UNION ALL {Side("test")}) ORDER BY side DESC, n");
        string Example(int place) => $"{late.Texts("side").Span[place]} row {late.Values<long>("n").Span[place]}: {late.Texts("known").Span[place]} after {late.Texts("label").Span[place]}";
        return new()
        {
            Check = LeakageCheck.LateFeatures,
            Columns = [pair.Feature, pair.Label],
            Outcome = late.RowCount > 0 ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
            Count = late.RowCount,
            Of = tables.Training.RowCount + tables.TestRows,
            Examples = [.. Enumerable.Range(0, Math.Min(late.RowCount, LeakageFinding.MostExamples)).Select(Example)],
            Found = $"{late.RowCount:#,0} rows have a feature that was known ({pair.Feature}) after the label ({pair.Label}).",
            Next = late.RowCount > 0 ? "Compute the feature from what was known before the label, or leave it out." : "",
        };
    }

    static bool IsNumber(ColumnSchema column) => column.Type.Kind is not (ColumnKind.Date or ColumnKind.Timestamp);
}
