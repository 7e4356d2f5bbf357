using System.Collections.Immutable;
using System.Text;
using Kiln.Caching;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Writes pages: of a run in the ledger, and of a pipeline's graph.</summary>
sealed class PageCommand(Workspace workspace, Request request)
{
    /// <summary>Where a run leaves its page, in a workspace that has this folder.</summary>
    public const string Folder = "reports";

    const string OfLastRun = Folder + "/run.html";

    public void Show(string file) => Write(file, LedgerPages.Page(workspace, request.Run));

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
    /// Leaves the page of a run that did something in the reports folder, where the workspace has one, the pipeline is not a host's own tasks,
    /// and no stage reads or writes there. A page that cannot be written costs nothing but the page.
    /// </summary>
    /// <returns>What went wrong, or null.</returns>
    public string? Leave(PipelineDefinition definition, Graph graph, Ledger ledger, string run)
    {
        var file = Path.Combine(workspace.Root, OfLastRun);
        if (definition.Folder is null || !Directory.Exists(Path.GetDirectoryName(file))) return null;
        if (graph.Stages.Any(stage => stage.Inputs.Any(input => Holds(input.Path)) || stage.Outputs.Any(output => Holds(output.Path)))) return null;
        try
        {
            if (RecordedRun.Find(ledger, run) is { } recorded) AtomicFile.Write(file, Encoding.UTF8.GetBytes(RunPage.Of(ledger, recorded)));
            return null;
        }
        catch (Exception error)
        {
            // Whatever it is, such as a row that an earlier version wrote otherwise: what was made is made, and recorded.
            return $"{OfLastRun} was not written: {error.Message.ReplaceLineEndings(" ")}";
        }

        bool Holds(string path) => file == path || file.StartsWith(path + "/", StringComparison.Ordinal);
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
