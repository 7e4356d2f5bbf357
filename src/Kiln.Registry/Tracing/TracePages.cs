using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Kiln.Reporting;

namespace Kiln.Registry;

/// <summary>What traces say.</summary>
static class TracePages
{
    const int MostAlike = 2, MostData = 20, HashWidth = 12;

    /// <summary>What code and settings are written in: neither is read as a file.</summary>
    static readonly string[] TracedByValue = [".cs", ".csproj", ".props", ".yaml", ".yml"];

    /// <summary>Where lines are cut: where a terminal shows them.</summary>
    static int? Width => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? null : Console.WindowWidth;

    static Style Style => Style.For(!Console.IsOutputRedirected);

    /// <summary>A version, stage by stage back to the sources. Of partitions some stand for all, unless all are asked for.</summary>
    /// <param name="version">The version.</param>
    /// <param name="lineage">What made it.</param>
    /// <param name="patch">What differed from its commit; null where that is no longer kept.</param>
    /// <param name="all">Whether all partitions, and all files that git did not know, are shown.</param>
    public static RegistryAnswer Version(VersionSummary version, Lineage lineage, DirtyPatch? patch, bool all)
    {
        var (document, width) = (lineage.Document, Width);
        var text = new StringBuilder();
        text.Append(Style.Strong(version.Name)).Append(CultureInfo.InvariantCulture, $"  {document.ModelPath} {Short(document.Folder)}, registered by run {document.Run}\n");
        text.Append(CultureInfo.InvariantCulture, $"  commit    {(document.Commit.Length == 0 ? "none" : document.Commit)}{(document.IsDirty ? " and what differed from it" : "")}\n");
        if (document.IsDirty) Append(text, document, patch, all ? int.MaxValue : MostData, width);
        if (!document.Overrides.IsEmpty) text.Append(Clipped.Line($"  --set     {string.Join(", ", document.Overrides)}", width)).Append('\n');
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

            Append(text, lineage, stage, width);
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
            isPatchKept = document.IsDirty ? patch is not null : (bool?)null,
            document.Differing,
            untracked = patch?.Untracked.Select(file => new { file.Path, file.Hash }).ToArray(),
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
        var text = new StringBuilder(trace switch
        {
            { Path: null } => $"Looked for by the SHA-256 {trace.Hash}.\n",
            { Hash: null, IsFolder: true } => $"{trace.Path} is a folder that cannot be read whole; it is looked for by its path.\n",
            { Hash: null } => $"{trace.Path} is not there now; it is looked for by its path.\n",
            { IsFolder: true } => $"{trace.Path} is a folder; the SHA-256 of all in it is {trace.Hash}.\n",
            _ => $"{trace.Path} has the SHA-256 {trace.Hash}.\n",
        });
        if (trace.IsUnseen) text.Append(trace switch
        {
            { IsFolder: true } => "No version and no run saw it as a whole: name a file in it.\n",
            { Path: { } path } when TracedByValue.Contains(Path.GetExtension(path)) => "No version and no run read it as a file. Code and settings are traced by their values: ./build.sh trace VERSION tells those that a version was made with.\n",
            _ => "No version and no run saw it.\n",
        });
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
        var key = Clipped.Text(trace.Key);
        if (trace.Found.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"{key} {(trace.Looked == 1 ? "is not in the one table" : $"is in none of the {trace.Looked:#,0} tables")} that could be looked at{Having(trace)}.\n");
        else
        {
            var table = new TextTable(Style, "Table", "SHA-256", "Column", "Rows", "Used", "Versions", "Runs") { RightAligned = new HashSet<int> { 3 } };
            foreach (var seen in trace.Found)
                table.Add(seen.Path, Short(seen.Hash), seen.Column, seen.Rows.ToString("#,0", CultureInfo.InvariantCulture), Used(seen.Uses), RegistryWords.Few(seen.Versions), RegistryWords.Few(seen.Runs));
            text.Append(table).Append(CultureInfo.InvariantCulture, $"{trace.Looked:#,0} {(trace.Looked == 1 ? "table was" : "tables were")} looked at.\n");
        }

        if (!trace.Unseen.IsEmpty)
        {
            var table = new TextTable(Style, "Not looked at", "SHA-256", "Why", "Versions");
            foreach (var unseen in trace.Unseen) table.Add(unseen.Path, Short(unseen.Hash), unseen.Why, string.Join(", ", unseen.Versions));
            text.Append('\n').Append(table);
        }

        return new(text.ToString(), trace);
    }

    static string Having(RowTrace trace) => trace.Column is null ? "" : $" and {(trace.Looked == 1 ? "has" : "have")} a column {Clipped.Text(trace.Column)}";

    /// <summary>What differed from the commit: names, and of files that git did not know also hashes.</summary>
    static void Append(StringBuilder text, VersionDocument document, DirtyPatch? patch, int most, int? width)
    {
        var known = document.Differing.Except(patch?.Untracked.Select(file => file.Path) ?? [], StringComparer.Ordinal).ToList();
        foreach (var path in known.Take(most)) text.Append(Clipped.Line("  differs   ", path, "", width)).Append('\n');
        if (known.Count > most) AppendMore(text, known.Count - most);
        if (patch is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  what differed is not kept any more: patch {document.Patch}\n");
            return;
        }

        foreach (var (path, hash) in patch.Untracked.Take(most)) text.Append(Clipped.Line($"  untracked {hash}  ", path, "", width)).Append('\n');
        if (patch.Untracked.Length > most) AppendMore(text, patch.Untracked.Length - most);
    }

    static void AppendMore(StringBuilder text, int more) => text.Append(CultureInfo.InvariantCulture, $"            and {more:#,0} more; --all shows them\n");

    static void Append(StringBuilder text, Lineage lineage, MadeStage stage, int? width)
    {
        var made = string.Create(CultureInfo.InvariantCulture, $"  {stage.Seconds:0.0} s in run {stage.Run}{(stage.Commit.Length > 0 ? $" on {stage.Commit}" : "")}, fingerprint {Short(stage.Fingerprint)}");
        text.Append('\n').Append(Style.Strong(stage.Name)).Append(Clipped.Line(made, width - stage.Name.Length)).Append('\n');
        foreach (var (path, hash) in stage.Outputs) text.Append(Clipped.Line($"  wrote     {Short(hash)}  ", path, "", width)).Append('\n');
        foreach (var file in lineage.ReadBy(stage)) text.Append(Clipped.Line($"  read      {Short(file.Hash)}  ", file.Path, file.From is null ? "" : $"  from {file.From}", width)).Append('\n');
        foreach (var (part, value) in stage.Code) text.Append(Clipped.Line("  code      " + Code(part, value), width)).Append('\n');
        foreach (var (key, value) in stage.Settings.Where(setting => setting.Value != "null")) text.Append(Clipped.Line($"  setting   {key} = {value}", width)).Append('\n');
    }

    /// <summary>A part of code with its hash; a package with its version, and the hash behind it.</summary>
    internal static string Code(string part, string value) => value.Split(' ', 2) is [var version, var hash]
        ? $"{version.PadRight(HashWidth)}  {part}  {(hash.Length > HashWidth + 8 ? hash[..(HashWidth + 8)] : hash)}".TrimEnd()
        : $"{Short(value).PadRight(HashWidth)}  {part}";

    static string Used(ImmutableArray<TableUse> uses)
    {
        var (writers, readers) = (uses.Where(use => use.Input is null).Select(use => use.Stage).ToList(), uses.Where(use => use.Input is not null).Select(use => use.Input!.Length > 0 ? $"{use.Stage} ({use.Input})" : use.Stage).ToList());
        return string.Join("; ", ((string[])[writers.Count > 0 ? "written by " + RegistryWords.Few(writers) : "", readers.Count > 0 ? "read by " + string.Join(", ", readers) : ""]).Where(words => words.Length > 0));
    }

    static string Bytes(FileTrace trace, string hash) => trace.Hash is null ? "" : hash == trace.Hash ? "these bytes" : "other bytes then";

    static string Short(string hash) => hash.Length > HashWidth ? hash[..HashWidth] : hash;
}
