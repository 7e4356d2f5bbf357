using System.CommandLine;
using System.Reflection;
using Kiln.Fingerprinting;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>The program around the pipelines: reads the command line, runs what it asks for, and answers with an exit code.</summary>
public sealed class KilnHost
{
    readonly List<PipelineDefinition> _pipelines = [];
    readonly List<Func<HostContext, IEnumerable<Command>>> _commands = [];
    string _workspace = Directory.GetCurrentDirectory();
    string? _cache;

    KilnHost()
    {
    }

    /// <summary>The method from which this host was made, where that is not the process's first.</summary>
    internal MethodBase? Entry { get; init; }

    /// <summary>Starts a host without pipelines.</summary>
    public static KilnHost Create() => new();

    internal static KilnHost CreateFrom(MethodBase entry) => new() { Entry = entry };

    /// <summary>Adds a pipeline. The first one is run where none is named.</summary>
    public KilnHost Add(PipelineDefinition pipeline)
    {
        _pipelines.Add(pipeline);
        return this;
    }

    /// <summary>Adds commands beside the engine's own.</summary>
    public KilnHost AddCommands<TCommands>()
        where TCommands : IHostCommands
    {
        _commands.Add(TCommands.Create);
        return this;
    }

    /// <summary>Works in a folder other than the current one; <c>--working</c> overrides it.</summary>
    public KilnHost In(string workspace)
    {
        _workspace = workspace;
        return this;
    }

    /// <summary>Keeps objects and results in a folder that other workspaces may share; <c>KILN_CACHE</c> overrides it.</summary>
    public KilnHost CacheIn(string folder)
    {
        _cache = folder;
        return this;
    }

    /// <summary>Runs the command line. Errors made for people are printed plainly, and every way to end has its exit code.</summary>
    public int Run(string[] arguments)
    {
        using var interruption = new Interruption();
        return Run(arguments, interruption);
    }

    internal int Run(string[] arguments, Interruption interruption)
    {
        ThreadPool.SetMinThreads(Environment.ProcessorCount + 4, 4);
        var isDiagnostic = arguments.Any(argument => argument.EndsWith("diagnostic", StringComparison.OrdinalIgnoreCase));
        try
        {
            if (arguments is ["worker", var worker])
            {
                using var host = new WorkerHost(_pipelines);
                return host.RunAsync(worker, interruption.Watch()).GetAwaiter().GetResult();
            }

            if (Entry is not null) Surroundings.Forget();
            if (Glance.TryAnswer(arguments, _workspace)) return (int)ExitCode.Done;
            var context = new HostContext(this, _workspace, interruption);
            return new CommandLine(_commands.SelectMany(create => create(context))).Invoke(arguments, context, request => new RunCommand(_pipelines, request with { Cache = CacheFolder(), Entry = Entry }).Execute(interruption));
        }
        catch (Exception error)
        {
            var known = error as KilnException ?? (error is IOException or UnauthorizedAccessException ? RunErrors.CannotAccess("Kiln", error) : null);
            var style = Style.For(!Console.IsErrorRedirected);
            Console.Error.WriteLine(isDiagnostic ? error.ToString() : known is not null ? style.Bad(known.What) + known.Message[known.What.Length..] : Fault(error));
            return (int)(known?.ExitCode ?? ExitCode.Internal);
        }
    }

    internal string? CacheFolder() => Surroundings.Variable("KILN_CACHE") is { Length: > 0 } named
        ? Path.GetFullPath(named, Environment.GetEnvironmentVariable("KILN_CALLER") ?? Directory.GetCurrentDirectory()) : _cache;

    static string Fault(Exception error) => new KilnException(
        "A fault in Kiln itself:", [("type", error.GetType().Name), ("message", error.Message)], "Run again with --verbosity diagnostic, and report what it prints.").Message;
}
