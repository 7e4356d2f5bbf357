using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Kiln.Reporting;

namespace Kiln.Registry;

/// <summary>What traces say.</summary>
static class TracePages
{
    const int MostAlike = 2, MostData = 20;

    static Style Style => Style.For(!Console.IsOutputRedirected);

    /// <summary>A version, stage by stage back to the sources. Of partitions some stand for all, unless all are asked for.</summary>
    public static RegistryAnswer Version(VersionSummary version, Lineage lineage, bool all)
    {
        var document = lineage.Document;
        var text = new StringBuilder();
        text.Append(Style.Strong(version.Name)).Append(CultureInfo.InvariantCulture, $"  {document.ModelPath} {Short(document.Folder)}, registered by run {document.Run}\n");
        text.Append(CultureInfo.InvariantCulture, $"  commit    {(document.Commit.Length == 0 ? "none" : document.Commit)}{(document.IsDirty ? " and what differed from it" : "")}\n");
        if (!document.Overrides.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"  --set     {string.Join(", ", document.Overrides)}\n");
        var left = document.Stages.CountBy(stage => stage.Group).ToDictionary(group => group.Key, group => group.Value);
        var shown = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var stage in document.Stages.Reverse())
        {
            var alike = shown[stage.Group] = shown.GetValueOrDefault(stage.Group) + 1;
            if (!all && left[stage.Group] > MostAlike + 1 && alike > MostAlike)
            {
                if (alike == MostAlike + 1) text.Append(CultureInfo.InvariantCulture, $"\n{Style.Faint($"{stage.Group}: {left[stage.Group] - MostAlike:#,0} more; --all shows them")}\n");
                continue;
            }

            Append(text, lineage, stage);
        }

        var sources = new TextTable(Style, "Source", "SHA-256", "");
        foreach (var source in lineage.Data) sources.Add(source.Path, source.Hash, source.From is { } stage ? $"fetched by {stage}" : "");
        foreach (var source in lineage.Sources.Where(source => Lineage.IsInstalled(source.Path))) sources.Add(source.Path, source.Hash, "installed");
        text.Append('\n').Append(sources);
        return new(text.ToString(), new
        {
            version = version.Name,
            model = new { path = document.ModelPath, hash = document.Folder },
            document.Commit,
            document.IsDirty,
            document.Patch,
            document.Overrides,
            document.Environment,
            stages = document.Stages.Reverse().Select(stage => new
            {
                stage.Name,
                stage.Group,
                stage.Needs,
                stage.Fingerprint,
                stage.Run,
                stage.Commit,
                stage.Started,
                stage.Seconds,
                inputs = lineage.ReadBy(stage).ToArray(),
                outputs = stage.Outputs,
                stage.Code,
                stage.Settings,
            }).ToArray(),
            sources = lineage.Sources.Select(source => new { source.Path, source.Hash, isInstalled = Lineage.IsInstalled(source.Path) }).ToArray(),
        });
    }

    public static RegistryAnswer File(FileTrace trace)
    {
        var name = trace.Path ?? Short(trace.Hash!);
        var text = new StringBuilder(trace.Hash is null ? $"{name} is not there now; it is looked for by its path.\n" : $"{name} has the SHA-256 {trace.Hash}.\n");
        if (trace.Versions.IsEmpty && trace.Runs.IsEmpty) text.Append("No version and no run saw it.\n");
        if (!trace.Versions.IsEmpty)
        {
            var table = new TextTable(Style, "Version", "Stage", "", "File", "SHA-256", "");
            foreach (var seen in trace.Versions) table.Add(seen.Version, seen.Stage, seen.IsWritten ? "wrote" : "read", seen.Path, Short(seen.Hash), Bytes(trace, seen.Hash));
            text.Append('\n').Append(table);
        }

        if (!trace.Made.IsEmpty)
        {
            var table = new TextTable(Style, "Made from it in", "Dataset", "SHA-256");
            foreach (var made in trace.Made.GroupBy(made => made.Version))
            {
                foreach (var data in made.Take(MostData)) table.Add(data.Version, data.Path, Short(data.Hash));
                if (made.Count() > MostData) table.Add(made.Key, string.Create(CultureInfo.InvariantCulture, $"and {made.Count() - MostData:#,0} more"), "");
            }

            text.Append('\n').Append(table);
        }

        if (!trace.Runs.IsEmpty)
        {
            var table = new TextTable(Style, "Run", "Pipeline", "Stage", "", "File", "SHA-256", "");
            foreach (var seen in trace.Runs) table.Add(seen.Run, seen.Pipeline, seen.Stage, seen.IsWritten ? "wrote" : "read", seen.Path, Short(seen.Hash), Bytes(trace, seen.Hash));
            text.Append('\n').Append(table);
        }

        return new(text.ToString(), trace);
    }

    public static RegistryAnswer Row(RowTrace trace)
    {
        var text = new StringBuilder();
        if (trace.Found.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"{trace.Key} is in none of the {trace.Looked:#,0} tables that could be looked at.\n");
        else
        {
            var table = new TextTable(Style, "Table", "SHA-256", "Column", "Rows", "Versions") { RightAligned = new HashSet<int> { 3 } };
            foreach (var seen in trace.Found) table.Add(seen.Path, Short(seen.Hash), seen.Column, seen.Rows.ToString("#,0", CultureInfo.InvariantCulture), string.Join(", ", seen.Versions));
            text.Append(table).Append(CultureInfo.InvariantCulture, $"{trace.Looked:#,0} tables were looked at.\n");
        }

        if (!trace.Unseen.IsEmpty)
        {
            var table = new TextTable(Style, "Not looked at", "SHA-256", "Why", "Versions");
            foreach (var unseen in trace.Unseen) table.Add(unseen.Path, Short(unseen.Hash), unseen.Why, string.Join(", ", unseen.Versions));
            text.Append('\n').Append(table);
        }

        return new(text.ToString(), trace);
    }

    static void Append(StringBuilder text, Lineage lineage, MadeStage stage)
    {
        text.Append('\n').Append(Style.Strong(stage.Name)).Append(CultureInfo.InvariantCulture, $"  {stage.Seconds:0.0} s in run {stage.Run}{(stage.Commit.Length > 0 ? $" on {stage.Commit}" : "")}, fingerprint {Short(stage.Fingerprint)}\n");
        foreach (var (path, hash) in stage.Outputs) text.Append(CultureInfo.InvariantCulture, $"  wrote     {Short(hash)}  {path}\n");
        foreach (var file in lineage.ReadBy(stage)) text.Append(CultureInfo.InvariantCulture, $"  read      {Short(file.Hash)}  {file.Path}{(file.From is null ? "" : $"  from {file.From}")}\n");
        foreach (var (part, hash) in stage.Code) text.Append(CultureInfo.InvariantCulture, $"  code      {Short(hash)}  {part}\n");
        foreach (var (key, value) in stage.Settings.Where(setting => setting.Value != "null")) text.Append(CultureInfo.InvariantCulture, $"  setting   {key} = {value}\n");
    }

    static string Bytes(FileTrace trace, string hash) => trace.Hash is null ? "" : hash == trace.Hash ? "these bytes" : "other bytes then";

    static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
