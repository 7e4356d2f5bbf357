using System.Data.Common;
using System.Text.RegularExpressions;
using Kiln.Registry;

namespace Kiln.Build;

/// <summary>Flips bytes of a registry's history, one at a time, and asks what is found.</summary>
sealed class FlippedBytes(TrialRegistry trial)
{
    static readonly string[] Columns = ["seq", "written", "actor", "action", "model", "version", "detail", "previous", "hash"];

    readonly Random _random = new(1);

    /// <summary>Fills the history with lines of every kind.</summary>
    public void Fill(int versions)
    {
        using var registry = trial.Open();
        for (var i = 1; i <= versions; i++)
        {
            var version = TrialRegistry.Add(registry, $"model-{i % 3}", i);
            VersionName name = new(version.Model, version.Number, null);
            registry.Alias(name, $"name-{i % 5}", "grace");
            registry.Approve(name, "edsger", "tried on paper");
            registry.Promote(name, ModelStage.Production, "grace", "a better one");
            if (i % 4 == 0 && i > 8) registry.RollBack(registry.BeforeProduction(version.Model)!, "ada", "it was slow", null);
        }
    }

    /// <summary>Changes a random byte of a random column of a random line, looks, and puts it back; gives what was not found, or not named.</summary>
    public List<string> OfColumns(int trials, Action<int> progress)
    {
        var missed = new List<string>();
        using var connection = trial.Connect();
        trial.Unguard(connection);
        using var registry = trial.Open();
        var (lines, sound) = (registry.Head.Lines, registry.Verify()); // what refuses changes is gone, and that is told each time
        for (var i = 0; i < trials;)
        {
            var (line, column) = (1 + _random.NextInt64(lines), Columns[_random.Next(Columns.Length)]);
            var was = Value(connection, column, line);
            if (was is string { Length: 0 }) continue; // what is before the first line
            var now = was is long number ? Flipped(number) : (object)Flipped((string)was);
            if (column == "seq" && (long)now >= 1 && (long)now <= lines) continue; // two lines of one number: the database refuses that
            Write(connection, column, line, now);
            var faults = registry.Verify();
            if (!faults.Any(fault => Regex.IsMatch(fault, $@"\b{line}\b"))) missed.Add($"{column} of line {line}, {was} → {now}: {string.Join("; ", faults)}");
            Write(connection, column, column == "seq" ? (long)now : line, was);
            i++;
            progress(1);
        }
        if (!registry.Verify().SequenceEqual(sound)) missed.Add("what was put back is not as before");
        return missed;
    }

    /// <summary>Flips a random byte of the SQLite file; gives how often it was found, how often every answer was the same as before, and what was neither.</summary>
    public (int Found, int Harmless, List<string> Missed) OfFile(int trials, Action<int> progress)
    {
        using (var connection = trial.Connect()) TrialRegistry.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(trial.File);
        var folder = Directory.CreateTempSubdirectory("kiln-flipped-").FullName;
        var file = Path.Combine(folder, "registry.db");
        var (found, harmless, missed) = (0, 0, new List<string>());
        using (var registry = trial.Open())
        {
            var expected = Answers(registry);
            for (var i = 0; i < trials; i++, progress(1))
            {
                var at = _random.Next(bytes.Length);
                var flipped = bytes.ToArray();
                flipped[at] ^= (byte)(1 + _random.Next(255));
                foreach (var old in Directory.GetFiles(folder)) File.Delete(old);
                File.WriteAllBytes(file, flipped);
                try
                {
                    using var damaged = ModelRegistry.Open(new(file, null, folder));
                    if (!damaged.Verify().IsEmpty) found++;
                    else if (Answers(damaged) == expected) harmless++;
                    else missed.Add($"byte {at}: not found, and answers are others");
                }
                catch (KilnException)
                {
                    found++;
                }
                catch (Exception error)
                {
                    missed.Add($"byte {at}: {error.GetType().Name}: {error.Message}");
                }
            }
        }
        Directory.Delete(folder, recursive: true);
        return (found, harmless, missed);
    }

    static string Answers(ModelRegistry registry) => string.Join('\n', (IEnumerable<object>)
        [.. registry.History(), .. registry.Models, .. registry.Models.SelectMany(model => registry.History(model)), .. registry.List().Select(version => $"{version.Name} {version.Stage} {string.Join(' ', version.Aliases)}")]);

    static object Value(DbConnection connection, string column, long line)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a name of the list above
        command.CommandText = $"SELECT {column} FROM history WHERE seq = {line}";
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }

    static void Write(DbConnection connection, string column, long line, object value) =>
        TrialRegistry.Execute(connection, $"UPDATE history SET {column} = @value WHERE seq = {line}", ("@value", value));

    long Flipped(long number) => number ^ ((1L + _random.Next(255)) << (8 * _random.Next(8)));

    /// <summary>With another printable character in one place: a server takes no byte that is no text.</summary>
    string Flipped(string text)
    {
        var characters = text.ToCharArray();
        var at = _random.Next(characters.Length);
        var was = characters[at];
        while (characters[at] == was) characters[at] = (char)(' ' + _random.Next(95));
        return new(characters);
    }
}
