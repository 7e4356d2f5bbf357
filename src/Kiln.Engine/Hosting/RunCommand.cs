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

    public ExitCode Execute(CancellationToken interruption)
    {
        if (!Directory.Exists(_workspace.Root)) throw HostErrors.NoWorkspace(_workspace.Root);
        switch (request.Verb)
        {
            case Verb.Runs:
                Console.Write(LedgerPages.Runs(_workspace, _style));
                return ExitCode.Done;
            case Verb.Show:
                if (request.Output is { } page) new PageCommand(_workspace, request).Show(page);
                else Console.Write(LedgerPages.Show(_workspace, request.Run, _style));
                return ExitCode.Done;
            case Verb.Graph:
                new PageCommand(_workspace, request).Draw(_choice.ForTargets().Graph.Outline(request.Targets));
                return ExitCode.Done;
            case Verb.Info:
                foreach (var (fact, value) in EnvironmentFacts.Read()) Console.WriteLine($"{fact,-24} {value}");
                return ExitCode.Done;
            case Verb.Tree:
                Console.Write(PlanPages.Tree(_choice.ForTargets().Graph.Outline(request.Targets), _style));
                return ExitCode.Done;
            case Verb.Description:
                Console.Write(PlanPages.Descriptions(pipelines.Select(pipeline => _choice.Declare(pipeline).Graph), _style));
                return ExitCode.Done;
            case Verb.DryRun or Verb.Status:
                return new StatusCommand(_workspace, request, _style).Execute(_choice.ForTargets());
            case Verb.Why:
                Console.Write(new WhyCommand(_workspace, request, _style).Explain(_choice.ForTargets().Graph));
                return ExitCode.Done;
            case Verb.Diff:
                Console.Write(new DiffCommand(pipelines, _workspace, request, _style).Compare());
                return ExitCode.Done;
            case Verb.Verify when request.Rebuild:
                return new RebuildCommand(_workspace, request, _style).Execute(_choice.ForTargets(), interruption);
            case Verb.Verify:
                return new VerifyCommand(_workspace, request, _style).Check(_choice.Recorded());
            default:
                return new PipelineRun(_choice, _workspace, request, _style).Execute(interruption);
        }
    }
}
