using Kiln.Data;

namespace Kiln.Learning.Leakage;

/// <summary>
/// Test rows that equal a training row in all features. Values are equal as SQL's <c>IS NOT DISTINCT FROM</c> has it: missing equals missing. DuckDB
/// matches them by their hashes and then by their values.
/// </summary>
static class DuplicateCheck
{
    public static IEnumerable<LeakageFinding> Run(LeakageTables tables, LeakageSettings settings)
    {
        if (tables.Features.IsEmpty) return [LeakageFinding.NotApplicable(LeakageCheck.DuplicateFeatures, "There are no features.")];
        return
        [
            Compare(tables, settings, LeakageCheck.DuplicateRows, "in all features and the label", [.. tables.Features, tables.Problem.Target.Column]),
            Compare(tables, settings, LeakageCheck.DuplicateFeatures, "in all features", [.. tables.Features]),
        ];
    }

    static LeakageFinding Compare(LeakageTables tables, LeakageSettings settings, LeakageCheck check, string where, string[] columns)
    {
        var values = tables.Numbered(columns);
        var names = string.Join(", ", columns.Select((_, place) => $"c{place}"));
        var equal = string.Join(" AND ", columns.Select((_, place) => $"t.c{place} IS NOT DISTINCT FROM l.c{place}"));
        // Equal training rows stand for one another, so that a test row is found once.
        var learned = $"SELECT {names}, min(n) AS n, count(*) AS times FROM (SELECT {values}, row_number() OVER () - 1 AS n FROM training) GROUP BY ALL";
        var judged = $"SELECT {values}, row_number() OVER () - 1 AS n FROM test";
        var (count, pairs) = tables.Some($"SELECT t.n::BIGINT AS judged, l.n::BIGINT AS learned FROM ({judged}) t JOIN ({learned}) l ON {equal}", "judged");
        var repeats = tables.Read($"SELECT coalesce(sum(times) FILTER (WHERE times > 1), 0)::BIGINT AS repeats, coalesce(sum(times), 0)::BIGINT AS n FROM ({learned})");
        var (again, training) = (repeats.Values<long>("repeats").Span[0], repeats.Values<long>("n").Span[0]);
        var isSuspicious = count > settings.MostDuplicates * tables.TestRows;
        return new()
        {
            Check = check,
            Outcome = isSuspicious ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
            Count = count,
            Of = tables.TestRows,
            Examples = LeakageTables.Examples(pairs, place => $"test row {pairs.Values<long>("judged").Span[place]} = training row {pairs.Values<long>("learned").Span[place]}"),
            Found = $"{LeakageTables.Percent(count, tables.TestRows)} of the test rows equal a training row {where}; of the training rows {LeakageTables.Percent(again, training)} equal another one.",
            Next = isSuspicious
                ? "Drop such rows from one side before splitting; or, where rows repeat by chance as often among the training rows themselves, allow the share: mostDuplicates."
                : "",
        };
    }
}
