using System.Globalization;

namespace Kiln.Pipelines.Fraud;

/// <summary>A folder of daily CSV files, named by their days.</summary>
static class SourceFolder
{
    /// <summary>The files by day.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The files in it; null where it is not there.</param>
    /// <param name="allowMissingDays">Whether days may be missing between the first and the last.</param>
    /// <exception cref="KilnException">The folder is not there, has no such file, or has two for one day.</exception>
    public static SortedDictionary<DateOnly, string> Days(string folder, IReadOnlyList<string>? files, bool allowMissingDays)
    {
        if (files is null) throw FraudErrors.SourceNotThere(folder);
        var days = new SortedDictionary<DateOnly, string>();
        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            var isCsv = name.EndsWith(".csv", StringComparison.Ordinal) || name.EndsWith(".csv.gz", StringComparison.Ordinal);
            if (!isCsv || !DateOnly.TryParseExact(name.Split('.')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) continue;
            if (!days.TryAdd(day, file)) throw FraudErrors.TwoFilesOfADay(day, days[day], file);
        }

        if (days.Count == 0) throw FraudErrors.NoDays(folder);
        if (!allowMissingDays)
            for (var day = days.Keys.First(); day < days.Keys.Last(); day = day.AddDays(1))
                if (!days.ContainsKey(day)) throw FraudErrors.MissingDay(day, folder);
        return days;
    }
}
