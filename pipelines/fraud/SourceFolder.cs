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
            if (!isCsv || DayOf(name.Split('.')[0]) is not { } day) continue;
            if (!days.TryAdd(day, file)) throw FraudErrors.TwoFilesOfADay(day, days[day], file);
        }

        if (days.Count == 0) throw FraudErrors.NoDays(folder);
        if (!allowMissingDays)
            for (var day = days.Keys.First(); day < days.Keys.Last(); day = day.AddDays(1))
                if (!days.ContainsKey(day)) throw FraudErrors.MissingDay(day, folder);
        return days;
    }

    /// <summary>A day as year, month and day, with nothing left to guess; null for any other text.</summary>
    static DateOnly? DayOf(string text) =>
        text.Split('-') is [{ Length: 4 } years, { Length: 2 } months, { Length: 2 } days]
        && int.TryParse(years, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year > 0
        && int.TryParse(months, NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is > 0 and <= 12
        && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var day) && day > 0 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day) : null;
}
