using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Registry;

/// <summary>Some test rows and what the model answered them when it was registered: by them it is seen later whether it still loads and answers so.</summary>
static class VersionSample
{
    const int Rows = 64;
    const string Sample = "sample.parquet", Answers = "sample-answers.json";

    /// <summary>Keeps the first rows of a table, with the model's answers.</summary>
    public static void Write(string folder, ModelFolder model, Table test)
    {
        using var loaded = model.Load();
        var rows = test.Query($"SELECT * FROM this LIMIT {Rows}").ReadAll();
        string[] columns = [.. loaded.Description.Inputs.Select(input => input.Name), .. loaded.Description.Target.Exposure is { } exposure ? [exposure] : (ReadOnlySpan<string>)[]];
        Table.At(Path.Combine(folder, Sample)).Write([.. columns.Distinct().Select(name => rows[name])]);
        var again = Table.At(Path.Combine(folder, Sample)).ReadColumns();
        File.WriteAllBytes(Path.Combine(folder, Answers), JsonSerializer.SerializeToUtf8Bytes(loaded.Predict(again).Values.ToArray(), RegistryJson.Line));
    }

    /// <summary>Loads a version's model and asks it again. Its files were looked at before.</summary>
    /// <exception cref="KilnException">It does not load, or answers otherwise.</exception>
    public static void Check(VersionSummary version, string folder)
    {
        using var loaded = new ModelFolder(Path.Combine(folder, VersionFiles.Model)).Load();
        var was = JsonSerializer.Deserialize<float[]>(File.ReadAllBytes(Path.Combine(folder, Answers)), RegistryJson.Line)!;
        var now = loaded.Predict(Table.At(Path.Combine(folder, Sample)).ReadColumns()).Values.Span;
        if (!now.SequenceEqual(was)) throw RegistryErrors.AnswersOtherwise(version, was.Zip(now.ToArray()).Count(pair => !pair.First.Equals(pair.Second)), was.Length);
    }
}
