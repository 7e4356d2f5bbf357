namespace Kiln.Tests;

/// <summary>Does to a workspace, its twin and their cache what a step says.</summary>
sealed class Edits(Model model, PipelineSpace[] spaces, PipelineSpace space, string? cache)
{
    string Kept => cache ?? space.PathOf(".kiln");

    /// <summary>Whether stages may have to run again for something they ran for before.</summary>
    public static bool LosesResults(Edit edit) => edit is Edit.LoseResults or Edit.LoseObjects or Edit.LoseEverything or Edit.DamageStore;

    /// <returns>What somebody wrote over a stage's output, which must be kept somewhere; or null.</returns>
    public string? Apply(Step step)
    {
        var stage = step.Which % model.Count;
        var output = model.Writes(stage).First().Path;
        switch (step.Edit)
        {
            case Edit.ChangeSource:
            case Edit.ChangeSourceKeepingItsTime:
            case Edit.TouchSource:
                ChangeSource(step);
                break;
            case Edit.AddToFolder:
                model.AddToFolder(step.Which, step.Value);
                foreach (var each in spaces) each.Write($"sources/file{step.Which}", step.Value.ToString());
                break;
            case Edit.TakeFromFolder:
                if (model.TakeFromFolder(step.Which) is { } taken)
                    foreach (var each in spaces) File.Delete(each.PathOf("sources/" + taken));
                break;
            case Edit.ChangeWord:
                model.ChangeWord(stage, step.Value);
                break;
            case Edit.DeleteOutput:
                if (space.Has(output)) File.Delete(space.PathOf(output));
                break;
            case Edit.EditOutput:
                return Write(output, $"edited {Guid.NewGuid()}");
            case Edit.PutForeignFileIntoOutput:
                if (File.Exists(space.PathOf(output))) File.Delete(space.PathOf(output));
                return Write(output + "/foreign", $"foreign {Guid.NewGuid()}");
            default:
                Harm(step);
                break;
        }

        return null;
    }

    void ChangeSource(Step step)
    {
        var source = step.Which % History.Sources;
        foreach (var path in spaces.Select(each => each.PathOf($"source{source}")))
        {
            var time = File.GetLastWriteTimeUtc(path);
            if (step.Edit != Edit.TouchSource) File.WriteAllText(path, model.ChangeSource(source, step.Value));
            if (step.Edit == Edit.ChangeSource) KeepWholeTicks(path);
            else File.SetLastWriteTimeUtc(path, step.Edit == Edit.TouchSource ? DateTime.UnixEpoch.AddDays(30_000 * step.Value) : time);
        }
    }

    /// <summary>Cuts a file's time to what .NET can tell of it: only then can the very same time be set again after a change.</summary>
    public static void KeepWholeTicks(string path) => File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path));

    string Write(string path, string text)
    {
        space.Write(path, text);
        return text;
    }

    void Harm(Step step)
    {
        switch (step.Edit)
        {
            case Edit.LoseState:
                if (space.Has(".kiln/state")) File.Delete(space.PathOf(".kiln/state"));
                break;
            case Edit.LoseResults:
                Lose(Path.Combine(Kept, "results"));
                break;
            case Edit.LoseObjects:
                Lose(Path.Combine(Kept, "objects"));
                break;
            case Edit.LoseEverything:
                Lose(space.PathOf(".kiln"));
                break;
            case Edit.DamageStore:
                foreach (var path in Files("objects").Concat(Files("results")).Where((_, i) => i % 3 == step.Value)) Damage(path, step.Which);
                break;
            case Edit.DamageState:
                if (space.Has(".kiln/state")) Damage(space.PathOf(".kiln/state"), step.Which);
                break;
            case Edit.LeaveHalfWritten:
                space.Write(".kiln/owner", "process 1, since long ago");
                space.Write(".kiln/staging/20180401-000000-dead/abc/out/s0.txt", "half");
                foreach (var (path, _) in model.Writes(step.Which % model.Count)) space.Write(Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.kiln-partial"), "half");
                Directory.CreateDirectory(Path.Combine(Kept, "tmp"));
                File.WriteAllText(Path.Combine(Kept, "tmp", "elsewhere-1-dead"), "half");
                break;
        }
    }

    string[] Files(string kind) => Directory.Exists(Path.Combine(Kept, kind)) ? [.. Directory.GetFiles(Path.Combine(Kept, kind), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];

    static void Lose(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static void Damage(string path, int where)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0) return;
        bytes[where * (bytes.Length - 1) / History.MostNodes] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
