using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Kiln.Fingerprinting;
using Kiln.Hosting;

namespace Kiln.Registry;

/// <summary>Tells where a version came from, and what saw a file or a row: <c>trace fraud/3</c>, <c>trace --file data/rows.parquet</c>, <c>trace --row 4711</c>.</summary>
sealed class TraceCommand
{
    readonly HostContext _host;
    readonly Argument<string?> _version = new("VERSION") { Description = "Such as fraud/3, fraud@champion, fraud@production, or fraud for the newest.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<string?> _file = new("--file") { Description = "What saw a file: a path, or the 64 digits of a SHA-256.", HelpName = "PATH" };
    readonly Option<string?> _row = new("--row") { Description = "Which tables hold a row, of the version, or of all.", HelpName = "KEY" };
    readonly Option<string?> _column = new("--column") { Description = "The column of the row's key. Compared as what the column holds. Default: every column of texts or whole numbers.", HelpName = "NAME" };
    readonly Option<bool> _all = new("--all") { Description = "Shows every partition of the version's stages." };
    readonly Option<string?> _openLineage = new("--openlineage") { Description = "Writes the version's stages as OpenLineage events, one a line, to a file. Default: standard output.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> _json = new("--json") { Description = "Answers as JSON." };

    TraceCommand(HostContext host) => _host = host;

    public static Command Create(HostContext host)
    {
        var trace = new TraceCommand(host);
        var command = new Command("trace", "Tells every input, code and setting that made a version; or which datasets, runs and versions saw a file or a row.") { trace._version, trace._file, trace._row, trace._column, trace._all, trace._openLineage, trace._json };
        command.SetAction(trace.Execute);
        return command;
    }

    int Execute(ParseResult parse)
    {
        var (named, file, row) = (parse.GetValue(_version), parse.GetValue(_file), parse.GetValue(_row));
        var isOfEvents = parse.GetResult(_openLineage) is not null;
        if (file is not null ? named is not null || row is not null : named is null && row is null) throw TraceErrors.NotOneQuestion();
        foreach (var (option, value) in new[] { ("--file", file), ("--row", row), ("--column", parse.GetValue(_column)) })
            if (value is { Length: 0 }) throw TraceErrors.NothingGiven(option);
        if (parse.GetValue(_column) is not null && row is null) throw TraceErrors.ColumnOfNothing();
        if (isOfEvents && (named is null || row is not null)) throw TraceErrors.OnlyOfVersion("--openlineage");
        if (isOfEvents && parse.GetValue(_json)) throw TraceErrors.EventsAreJson();
        if (!Directory.Exists(_host.Workspace)) throw TraceErrors.NoWorkspace(_host.Workspace);
        using var registry = ModelRegistry.Open(RegistryPlace.Of(_host.Workspace), RegistryAccess.Read);
        var place = new DataPlace(_host.Workspace, _host.Kept);
        if (file is not null) return Say(parse, TracePages.File(Traced(registry, place, file)));
        var versions = named is null ? registry.List() : [registry.Get(VersionName.Parse(named))];
        if (row is not null) return Say(parse, TracePages.Row(RowTrace.Of(row, parse.GetValue(_column), versions.Select(version => (version, registry.Document(version))), place)));
        var lineage = new Lineage(registry.Document(versions[0]));
        if (!isOfEvents) return Say(parse, TracePages.Version(versions[0], lineage, DirtyPatch.Find(lineage.Document, _host.Kept), parse.GetValue(_all)));
        Write(string.Concat(new LineageEvents(lineage, place, CleanTree.OriginOf(_host.Workspace), _host.Workspace).Lines().Select(line => line + "\n")), parse.GetValue(_openLineage));
        return 0;
    }

    FileTrace Traced(ModelRegistry registry, DataPlace place, string file)
    {
        var documents = registry.List().Select(version => (version, registry.Document(version)));
        if (ContentHash.TryParse(file, out var given)) return FileTrace.Of(null, given.ToString(), documents, _host.Sightings(null, given.ToString()));
        var path = Path.GetRelativePath(_host.Workspace, Path.GetFullPath(file, Caller));
        // Nothing stands where the caller does: then the workspace's own path is meant, be it there or gone.
        if (!Path.Exists(Path.GetFullPath(path, _host.Workspace)) && (IsOutside(path) || Path.Exists(Path.Combine(_host.Workspace, file)))) path = Path.GetRelativePath(_host.Workspace, Path.Combine(_host.Workspace, file));
        var hash = place.HashAt(path)?.ToString();
        var isFolder = Directory.Exists(Path.GetFullPath(path, _host.Workspace));
        // What is outside the workspace is known by its name.
        if (IsOutside(path)) path = Path.GetFileName(path);
        return FileTrace.Of(path, hash, documents, _host.Sightings(path, hash)) with { IsFolder = isFolder };
    }

    static bool IsOutside(string path) => path == ".." || path.StartsWith("../", StringComparison.Ordinal);

    string Caller => Environment.GetEnvironmentVariable("KILN_CALLER") ?? _host.Workspace;

    void Write(string events, string? file)
    {
        if (file is null)
        {
            Answer.Print(events);
            return;
        }

        var path = Path.GetFullPath(file, Caller);
        try
        {
            File.WriteAllText(path, events, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw TraceErrors.NotWritten(path, error);
        }
    }

    int Say(ParseResult parse, RegistryAnswer answer)
    {
        Answer.Print(parse.GetValue(_json) ? answer.Json : answer.Text);
        return 0;
    }
}
