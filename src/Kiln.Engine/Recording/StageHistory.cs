using System.Globalization;

namespace Kiln.Recording;

/// <summary>What a stage took in the last runs in which its body ran, oldest first.</summary>
/// <param name="Seconds">Its times.</param>
/// <param name="PeakMemory">The median of its peak memory, in bytes; null where it was never known.</param>
/// <param name="Bytes">The median of the bytes it read and wrote; null where it was never known.</param>
sealed record StageHistory(IReadOnlyList<double> Seconds, double? PeakMemory, double? Bytes)
{
    /// <summary>The history of a stage before a run.</summary>
    public static StageHistory Before(Ledger ledger, RunRecord run, string stage)
    {
        var rows = ledger.Query("""
            SELECT stages.seconds, stages.peak_memory, bytes_in + bytes_out FROM stages CROSS JOIN runs ON runs.id = run
            WHERE name = $stage AND outcome = 'ran' AND run < $run AND pipeline = $pipeline ORDER BY run DESC LIMIT 10
            """, ("$stage", stage), ("$run", run.Id), ("$pipeline", run.Pipeline));
        rows.Reverse();
        return new StageHistory([.. rows.Select(row => double.Parse(row[0], CultureInfo.InvariantCulture))], MedianOf(rows, 1), MedianOf(rows, 2));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    static double? MedianOf(List<string[]> rows, int column)
    {
        var known = rows.Where(row => row[column].Length > 0).Select(row => double.Parse(row[column], CultureInfo.InvariantCulture)).ToList();
        return known.Count == 0 ? null : Median(known);
    }
}
