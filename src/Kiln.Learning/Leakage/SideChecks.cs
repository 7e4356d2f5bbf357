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
        var (count, shared) = tables.Some($"""
            SELECT *, (sum(n) OVER ())::BIGINT AS judged
            FROM (SELECT {all}, concat_ws(', ', {all}) AS entity, count(*) AS n FROM (SELECT {values} FROM test) WHERE {isKnown} GROUP BY ALL)
            SEMI JOIN (SELECT {values} FROM training) USING ({all})
            """, $"n DESC, {all}");
        var rows = count == 0 ? 0 : shared.Values<long>("judged").Span[0];
        var isSuspicious = rows > entity.MostShare * tables.TestRows;
        return new()
        {
            Check = LeakageCheck.SharedEntities,
            Columns = entity.Columns,
            Outcome = isSuspicious ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
            Count = rows,
            Of = tables.TestRows,
            Examples = LeakageTables.Examples(shared, place => $"{shared.Texts("entity").Span[place]} ({shared.Values<long>("n").Span[place]:#,0} test rows)"),
            Found = $"{LeakageTables.Percent(rows, tables.TestRows)} of the test rows are of {count:#,0} entities ({string.Join(", ", entity.Columns)}) that have training rows too.",
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
        var (count, early) = tables.Some(
            $"SELECT c0, c0::VARCHAR AS time, n::BIGINT AS n FROM (SELECT {time} AS c0, row_number() OVER () - 1 AS n FROM test) WHERE c0 <= (SELECT max({time}) FROM training)", "c0, n");
        return
        [
            new()
            {
                Check = LeakageCheck.TimeOverlap,
                Columns = [name],
                Outcome = count > 0 ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
                Count = count,
                Of = tables.TestRows,
                Examples = LeakageTables.Examples(early, place => $"test row {early.Values<long>("n").Span[place]} ({early.Texts("time").Span[place]})"),
                Found = $"The test rows begin at {first}, and the training rows end at {last}.",
                Next = count > 0 ? "Split by time, so that all test rows are later (timeOrdered); leave a gap for labels that are known late." : "",
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
        var (count, late) = tables.Some($"{Side("training")} UNION ALL {Side("test")}", "side DESC, n");
        string Example(int place) => $"{late.Texts("side").Span[place]} row {late.Values<long>("n").Span[place]}: {late.Texts("known").Span[place]} after {late.Texts("label").Span[place]}";
        return new()
        {
            Check = LeakageCheck.LateFeatures,
            Columns = [pair.Feature, pair.Label],
            Outcome = count > 0 ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
            Count = count,
            Of = tables.Training.RowCount + tables.TestRows,
            Examples = LeakageTables.Examples(late, Example),
            Found = $"{count:#,0} rows have a feature that was known ({pair.Feature}) after the label ({pair.Label}).",
            Next = count > 0 ? "Compute the feature from what was known before the label, or leave it out." : "",
        };
    }

    static bool IsNumber(ColumnSchema column) => column.Type.Kind is not (ColumnKind.Date or ColumnKind.Timestamp);
}
