using System.Collections.Immutable;
using System.Text;
using Kiln.Caching;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Writes pages: of a run in the ledger, of two of them, and of a pipeline's graph.</summary>
sealed class PageCommand(Workspace workspace, Request request)
{
    /// <summary>Where a run leaves its page, in a workspace that has this folder.</summary>
    public const string Folder = "reports";

    const string OfLastRun = Folder + "/run.html", OfAll = Folder + "/index.html";

    public void Show(string file) => Write(file, LedgerPages.Page(workspace, request.Run));

    /// <summary>Of two runs: those that are named, and where none is the last one and the one before it.</summary>
    public void Compare(string file)
    {
        var (first, second) = request.Revisions switch { [var one, var other] => (one, other), [var only] => (only, "last"), _ => (null, "last") };
        if (!File.Exists(workspace.Ledger)) throw HostErrors.UnknownRun(first ?? second);
        using var ledger = Ledger.OpenToRead(workspace.Ledger);
        var later = Named(second);
        var earlier = first is null ? RecordedRun.Before(ledger, later.Run) ?? throw HostErrors.NoEarlierRun(later.Run.Id, later.Run.Pipeline) : Named(first);
        if (earlier.Run.Pipeline != later.Run.Pipeline) throw HostErrors.RunsOfTwoPipelines(earlier.Run, later.Run);
        var cache = Cache.Of(workspace.Own, request.Cache);
        Write(file, new RunDiffPage(new(ledger, cache, earlier), new(ledger, cache, later)).ToString());

        RecordedRun Named(string run) => RecordedRun.Named(ledger, run);
    }

    public void Draw(Plan plan)
    {
        var graph = GroupGraph.Of(plan.Stages);
        var text = request.GraphForm switch
        {
            GraphForm.Mermaid => GraphText.Mermaid(graph),
            GraphForm.Html => GraphPage.Of(plan.Pipeline, graph, Foretell(plan)),
            _ => GraphText.Dot(plan.Pipeline, graph),
        };
        if (request.Output is { } file) Write(file, text);
        else Answer.Print(text);
    }

    /// <summary>
    /// Leaves the page of a run that did something, and the one that leads to all pages, in the reports folder, where the workspace has one, the pipeline is not a host's own tasks,
    /// and no stage reads or writes there. A page that cannot be written costs nothing but the page.
    /// </summary>
    /// <returns>What went wrong, or null.</returns>
    public string? Leave(PipelineDefinition definition, Graph graph, Ledger ledger, string run)
    {
        string[] files = [Path.Combine(workspace.Root, OfLastRun), Path.Combine(workspace.Root, OfAll)];
        if (definition.Folder is null || !Directory.Exists(Path.Combine(workspace.Root, Folder))) return null;
        if (graph.Stages.Any(stage => stage.Inputs.Any(input => Holds(input.Path)) || stage.Outputs.Any(output => Holds(output.Path)))) return null;
        return Left(OfLastRun, () => RunPage.Of(ledger, RecordedRun.Find(ledger, run)!)) ?? Left(OfAll, () =>
        {
            PipelineOutline.Of(graph).Keep(workspace);
            return new IndexPage(workspace, ledger, Folder).ToString();
        });

        bool Holds(string path) => files.Any(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal));
    }

    string? Left(string file, Func<string> page)
    {
        try
        {
            AtomicFile.Write(Path.Combine(workspace.Root, file), Encoding.UTF8.GetBytes(page()));
            return null;
        }
        catch (Exception error)
        {
            // Whatever it is, such as a row that an earlier version wrote otherwise: what was made is made, and recorded.
            return $"{file} was not written: {error.Message.ReplaceLineEndings(" ")}";
        }
    }

    ImmutableArray<Forecast> Foretell(Plan plan)
    {
        var state = WorkspaceState.Load(workspace.State);
        var cache = Cache.Of(workspace.Own, request.Cache);
        var decider = Decider.ThatLooks(plan.Pipeline, state, cache);
        return new Survey(decider, state.Hashes, cache.Objects).Of(plan.Stages, ImmutableHashSet<PlannedStage>.Empty);
    }

    static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        Answer.Print(file + "\n");
    }
}
