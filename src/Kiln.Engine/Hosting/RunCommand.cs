using Kiln.Planning;
using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Executes one request: a run, or a command that looks.</summary>
sealed class RunCommand(IReadOnlyList<PipelineDefinition> pipelines, Request request)
{
    readonly Workspace _workspace = new(request.Workspace);
    readonly Style _style = Style.For(!Console.IsOutputRedirected);
    readonly PipelineChoice _choice = new(pipelines, request);

    public ExitCode Execute(Interruption interruption)
    {
        if (!Directory.Exists(_workspace.Root)) throw HostErrors.NoWorkspace(_workspace.Root);
        switch (request.Verb)
        {
            case Verb.Runs:
                return Print(LedgerPages.Runs(_workspace, _style));
            case Verb.Show:
                if (request.Output is not { } page) return Print(LedgerPages.Show(_workspace, request.Run, _style));
                new PageCommand(_workspace, request).Show(page);
                return ExitCode.Done;
            case Verb.Graph:
                new PageCommand(_workspace, request).Draw(_choice.ForTargets().Graph.Outline(request.Targets));
                return ExitCode.Done;
            case Verb.Info:
                return Print(string.Concat(EnvironmentFacts.Read().Select(fact => $"{fact.Key,-24} {fact.Value}\n")));
            case Verb.Tree:
                return Print(PlanPages.Tree(_choice.ForTargets().Graph.Outline(request.Targets), _style));
            case Verb.Description:
                return Print(PlanPages.Descriptions(pipelines.Select(pipeline => _choice.Declare(pipeline).Graph), _style));
            case Verb.DryRun or Verb.Status:
                return new StatusCommand(_workspace, request, _style).Execute(_choice.ForTargets());
            case Verb.Why:
                return Print(new WhyCommand(_workspace, request, _style).Explain(_choice.ForTargets().Graph));
            case Verb.Diff:
                if (request.Output is not { } compared) return Print(new DiffCommand(pipelines, _workspace, request, _style).Compare());
                new PageCommand(_workspace, request).Compare(compared);
                return ExitCode.Done;
            case Verb.Verify when request.Rebuild:
                return new RebuildCommand(_workspace, request, _style).Execute(_choice.ForTargets(), interruption.Watch());
            case Verb.Verify:
                return new VerifyCommand(_workspace, request, _style).Check(_choice.Recorded());
            default:
                return new PipelineRun(_choice, _workspace, request, _style).Execute(interruption.Watch());
        }
    }

    static ExitCode Print(string text)
    {
        Answer.Print(text);
        return ExitCode.Done;
    }
}
