using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Kiln.Reporting;

namespace Kiln.Hosting;

/// <summary>What a command line asks for.</summary>
sealed record Request
{
    public required Verb Verb { get; init; }

    public required ImmutableArray<string> Targets { get; init; }

    public required string Workspace { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>A folder for objects and results that other workspaces use too; null for the workspace's own.</summary>
    public string? Cache { get; init; }

    public ImmutableArray<string> Overrides { get; init; } = [];

    public bool Exclusive { get; init; }

    public bool Force { get; init; }

    public bool KeepGoing { get; init; }

    /// <summary>Whether stages run in a sandbox; null where the command line says nothing.</summary>
    public bool? Sandbox { get; init; }

    /// <summary>Which partitions to make, as given, or null for all.</summary>
    public string? Partitions { get; init; }

    /// <summary>Whether to make only what failed the last time.</summary>
    public bool FailedOnly { get; init; }

    /// <summary>How many of the keys that are out of date to make, or null for all.</summary>
    public int? Limit { get; init; }

    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether stages that list others run before targets are looked for.</summary>
    public bool SettlesLists => Verb == Verb.Run && !Exclusive;

    public Verbosity Verbosity { get; init; } = Verbosity.Normal;

    /// <summary>Whether to tell of each stage what changed as it settles.</summary>
    public bool Explain { get; init; }

    /// <summary>Whether <see cref="Verb.Verify"/> runs stages again.</summary>
    public bool Rebuild { get; init; }

    /// <summary>The revisions that <see cref="Verb.Diff"/> compares, two at most; the runs where a page is wanted.</summary>
    public ImmutableArray<string> Revisions { get; init; } = [];

    /// <summary>Whether to answer for programs.</summary>
    public bool Json { get; init; }

    /// <summary>Which run <see cref="Verb.Show"/> shows: an id, the start of one, or last.</summary>
    public string Run { get; init; } = "";

    /// <summary>What <see cref="Verb.Graph"/> draws the graph in.</summary>
    public GraphForm GraphForm { get; init; }

    /// <summary>The file to write, absolute: of <see cref="Verb.Graph"/>, and of <see cref="Verb.Show"/> and <see cref="Verb.Diff"/> where a page is wanted.</summary>
    public string? Output { get; init; }

    /// <summary>The arguments as given.</summary>
    public required string[] Arguments { get; init; }

    /// <summary>The arguments as one text, for the ledger.</summary>
    public string Text => string.Join(' ', Arguments);

    /// <summary>The program's first method; null for the one the process started with.</summary>
    public MethodBase? Entry { get; init; }

    /// <summary>Whether it is a run of whole targets that says nothing of stages with nothing to do.</summary>
    public bool IsPlain => Verb == Verb.Run && this is { Exclusive: false, Force: false, FailedOnly: false, Explain: false, Partitions: null, Limit: null } && Verbosity <= Verbosity.Normal;
}

enum Verb
{
    Run,
    DryRun,
    Tree,
    Description,
    Info,
    Runs,
    Show,
    Graph,
    Status,
    Why,
    Diff,
    Verify,
}

enum GraphForm
{
    Dot,
    Mermaid,
    Html,
}

/// <summary>The command line's grammar: Cake Frosting's switches, and those of Kiln. Parsing knows nothing of what the switches do.</summary>
sealed class CommandLine
{
    readonly RootCommand _root = new("Kiln: make for models. Runs the stages a target needs, and only those whose inputs, code or settings changed.");
    readonly Option<string[]> _target = new("--target", "-t") { Description = "The stage to make, with all it needs. Default: Default.", HelpName = "NAME" };
    readonly Option<string> _pipeline = new("--pipeline") { Description = "The pipeline to run, where there are several.", HelpName = "NAME" };
    readonly Option<string[]> _set = new("--set") { Description = "Overrides a setting, such as train.epochs=3. May be given several times.", HelpName = "KEY=VALUE" };
    readonly Option<bool> _force = new("--force") { Description = "Runs the targets even where nothing changed." };
    readonly Option<string> _jobs = new("--jobs", "-j") { Description = "How many stages may run at once. Default: the number of cores.", HelpName = "N" };
    readonly Option<bool> _keepGoing = new("--keep-going", "-k") { Description = "After a failure, runs what does not need the failed stage." };
    readonly Option<bool> _sandbox = new("--sandbox") { Description = "Runs every stage where it can read only what it declares, and open no network. The default in CI." };
    readonly Option<bool> _noSandbox = new("--no-sandbox") { Description = "Runs no stage in a sandbox." };
    readonly Option<string[]> _partitions = new("--partitions") { Description = "Makes these partitions: keys, and ranges such as 2018-07-01..2018-07-31, with commas.", HelpName = "KEYS" };
    readonly Option<bool> _failedOnly = new("--failed-only") { Description = "Makes what failed the last time." };
    readonly Option<string> _limit = new("--limit") { Description = "Makes the first N keys that are out of date.", HelpName = "N" };
    readonly Option<bool> _exclusive = new("--exclusive", "-e") { Description = "Runs the target alone, on what its needs made before." };
    readonly Option<bool> _dryRun = new("--dryrun") { Description = "Says what would run and why, and runs nothing." };
    readonly Option<bool> _tree = new("--tree") { Description = "Shows the targets with what they need." };
    readonly Option<bool> _description = new("--description") { Description = "Lists the stages with what they do." };
    readonly Option<bool> _info = new("--info") { Description = "Shows versions and hardware." };
    readonly Option<string> _verbosity = new("--verbosity", "-v") { Description = "quiet, minimal, normal, verbose or diagnostic.", HelpName = "LEVEL", Recursive = true };
    readonly Option<string> _working = new("--working", "-w") { Description = "The workspace to work in.", HelpName = "FOLDER", Recursive = true };
    readonly Option<bool> _explain = new("--explain") { Description = "Tells of each stage, as it runs or does not, what changed: what `why` would have said." };
    readonly Option<bool> _json = new("--json") { Description = "Answers as JSON." };
    readonly Command _status = new("status", "Says what would run, why, and how long by past times; runs nothing. Ends with 5 where something is out of date.");
    readonly Command _why = new("why", "Explains why a stage would run, or would not: what changed, with the old and the new values.");
    readonly Argument<string> _stage = new("STAGE") { Description = "The stage's name, or a partition's, such as Ingest[2018-04-01]." };
    readonly Command _diff = new("diff", "Compares settings, metrics and data between commits, by their lock files. Default: HEAD and the working copy. With --html: two runs, as a page.");
    readonly Argument<string[]> _revisions = new("REV") { Description = "One revision, to compare with the working copy, or two; with --html one run, to compare with the last, or two.", Arity = new ArgumentArity(0, 2) };
    readonly Option<bool> _rebuild = new("--rebuild") { Description = "Runs each stage again beside its stored result, and names what differs; ends with 1 where something does." };
    readonly Command _verify = new("verify", "Checks that lock files, code and settings are in step, without data. Ends with 5 where they are not.");
    readonly Command _runs = new("runs", "Lists the last runs.");
    readonly Command _show = new("show", "Shows one run: its stages, settings, environment and metrics.");
    readonly Option<string?> _page = new("--html") { Description = "Writes the run as a page. Default: reports/run-ID.html, and reports/run.html of the last.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
    readonly Command _graph = new("graph", "Draws the stages that the targets need; partitions are one node.");
    readonly Option<bool> _dot = new("--dot") { Description = "In Graphviz's language. The default." };
    readonly Option<bool> _mermaid = new("--mermaid") { Description = "In Mermaid's language." };
    readonly Option<string?> _diffPage = new("--html") { Description = "Writes a page of two runs side by side. Default: the last run and the one before it; reports/diff.html.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> _html = new("--html") { Description = "As a page that also shows what is out of date. Default: graph.html." };
    readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write.", HelpName = "FILE" };
    readonly Argument<string> _run = new("RUN") { Description = "The run's id, the start of it, or last.", Arity = ArgumentArity.ZeroOrOne };

    Func<Verb, ExitCode>? _answer;

    /// <param name="commands">Commands of the program beside the engine's own.</param>
    public CommandLine(IEnumerable<Command> commands)
    {
        Option[] options =
        [
            _target, _pipeline, _set, _force, _jobs, _keepGoing, _partitions, _failedOnly, _limit, _sandbox, _noSandbox, _exclusive, _explain, _dryRun, _tree, _description, _info, _verbosity, _working,
        ];
        foreach (var option in options) _root.Options.Add(option);
        _show.Arguments.Add(_run);
        foreach (var option in new Option[] { _target, _pipeline, _set, _force, _partitions, _failedOnly, _limit, _exclusive, _json }) _status.Options.Add(option);
        _show.Options.Add(_page);
        foreach (var option in new Option[] { _target, _pipeline, _set, _dot, _mermaid, _html, _output }) _graph.Options.Add(option);
        _why.Arguments.Add(_stage);
        foreach (var option in new Option[] { _pipeline, _set }) _why.Options.Add(option);
        _root.Subcommands.Add(_status);
        _root.Subcommands.Add(_why);
        _diff.Arguments.Add(_revisions);
        _diff.Options.Add(_json);
        _diff.Options.Add(_diffPage);
        _root.Subcommands.Add(_diff);
        foreach (var option in new Option[] { _target, _pipeline, _set, _rebuild, _sandbox, _noSandbox }) _verify.Options.Add(option);
        _root.Subcommands.Add(_verify);
        _root.Subcommands.Add(_runs);
        _root.Subcommands.Add(_show);
        _root.Subcommands.Add(_graph);
        foreach (var command in commands) _root.Subcommands.Add(command);
        _root.SetAction(parse => Answer(RootVerb(parse)));
        _status.SetAction(_ => Answer(Verb.Status));
        _why.SetAction(_ => Answer(Verb.Why));
        _diff.SetAction(_ => Answer(Verb.Diff));
        _verify.SetAction(_ => Answer(Verb.Verify));
        _runs.SetAction(_ => Answer(Verb.Runs));
        _show.SetAction(_ => Answer(Verb.Show));
        _graph.SetAction(_ => Answer(Verb.Graph));
    }

    /// <summary>Parses the arguments and hands the request over; help and version are answered here.</summary>
    /// <exception cref="KilnException">An argument makes no sense.</exception>
    public int Invoke(string[] arguments, HostContext host, Func<Request, ExitCode> handle)
    {
        var parse = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @word is a word, not a file to read arguments from
        if (parse.UnmatchedTokens is [var unknown, ..]) throw HostErrors.UnknownArgument(unknown, KnownNames());
        if (parse.Errors.Count > 0) throw HostErrors.WrongUsage(parse.Errors[0].Message);

        RefuseBoth(parse, _sandbox, _noSandbox);
        if (parse.CommandResult.Command == _verify && !parse.GetValue(_rebuild))
            foreach (var option in new[] { _sandbox, _noSandbox })
                if (parse.GetValue(option)) throw HostErrors.WrongUsage($"verify runs stages only with --rebuild: without it, {option.Name} means nothing.");
        RefuseBoth(parse, _dot, _mermaid);
        RefuseBoth(parse, _dot, _html);
        RefuseBoth(parse, _mermaid, _html);
        if (parse.GetValue(_json) && parse.GetResult(_diffPage) is not null) throw HostErrors.WrongUsage("--json and --html exclude each other.");

        host.Workspace = WorkspaceOf(parse) ?? host.Workspace;
        _answer = verb => handle(RequestOf(parse, verb, arguments, host.Workspace));
        return parse.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    int Answer(Verb verb) => (int)_answer!(verb);

    Request RequestOf(ParseResult parse, Verb verb, string[] arguments, string workspace) => new()
    {
        Verb = verb,
        Targets = verb == Verb.Why ? [Named(parse.GetValue(_stage)!, "why")] : [.. (parse.GetValue(_target) ?? []).Select(target => Named(target, "--target")).Distinct()],
        Workspace = workspace,
        Pipeline = parse.GetValue(_pipeline),
        Overrides = [.. parse.GetValue(_set) ?? []],
        Exclusive = parse.GetValue(_exclusive),
        Force = parse.GetValue(_force),
        KeepGoing = parse.GetValue(_keepGoing),
        Sandbox = parse.GetValue(_noSandbox) ? false : parse.GetValue(_sandbox) ? true : null,
        Partitions = SomeKeys(parse.GetValue(_partitions)),
        FailedOnly = parse.GetValue(_failedOnly),
        Limit = NumberOf("--limit", parse.GetValue(_limit)),
        Jobs = NumberOf("--jobs", parse.GetValue(_jobs)) ?? Environment.ProcessorCount,
        Verbosity = VerbosityOf(parse.GetValue(_verbosity)),
        Run = RunOf(parse),
        Explain = parse.GetValue(_explain),
        Rebuild = parse.GetValue(_rebuild),
        Revisions = [.. (parse.GetValue(_revisions) ?? []).Select(Revision)],
        Json = parse.GetValue(_json),
        GraphForm = parse.GetValue(_html) ? GraphForm.Html : parse.GetValue(_mermaid) ? GraphForm.Mermaid : GraphForm.Dot,
        Output = OutputOf(parse, workspace),
        Arguments = arguments,
    };

    /// <summary>The file a command writes; null where it writes none, or prints.</summary>
    string? OutputOf(ParseResult parse, string workspace)
    {
        var file = parse.GetResult(_page) is not null ? PageNamed(parse.GetValue(_page)) ?? PageOf(RunOf(parse) is var run && run == "last" ? "run.html" : $"run-{run}.html", workspace)
            : parse.GetResult(_diffPage) is not null ? PageNamed(parse.GetValue(_diffPage)) ?? PageOf("diff.html", workspace)
            : parse.GetValue(_output) ?? (parse.GetValue(_html) ? "graph.html" : null);
        return file is null ? null : FromCaller(file);
    }

    /// <summary>The word after <c>--html</c> is its file, and never a run that was meant.</summary>
    static string? PageNamed(string? file) => file is null || file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? file
        : throw HostErrors.WrongUsage($"--html takes a file that ends with .html, not {file}. Name runs before it.");

    /// <summary>Where a page goes if nobody says: with the page that runs leave, where there is a place for that.</summary>
    static string PageOf(string page, string workspace)
    {
        var folder = Path.Combine(Path.GetFullPath(workspace), PageCommand.Folder);
        return Directory.Exists(folder) ? Path.Combine(folder, page) : page;
    }

    /// <summary>The folder that --working names; null where it is not given.</summary>
    string? WorkspaceOf(ParseResult parse) => parse.GetValue(_working) switch
    {
        null => null,
        "" => throw HostErrors.WrongUsage("--working takes a folder, and was given none."),
        var folder => FromCaller(folder),
    };

    /// <summary>A name that says nothing is nobody's: a script's variable may have been empty.</summary>
    static string Named(string target, string by) =>
        string.IsNullOrWhiteSpace(target) ? throw HostErrors.WrongUsage($"{by} takes a stage's name, and was given none.")
        : target.EndsWith("[]", StringComparison.Ordinal) ? throw HostErrors.WrongUsage($"{target} names no partition: the key between the brackets is missing.")
        : target;

    /// <summary>Relative paths are meant from where the caller stands.</summary>
    public static string FromCaller(string path) => Path.GetFullPath(path, Environment.GetEnvironmentVariable("KILN_CALLER") ?? Directory.GetCurrentDirectory());

    Verb RootVerb(ParseResult parse) =>
        parse.GetValue(_dryRun) ? Verb.DryRun
        : parse.GetValue(_tree) ? Verb.Tree
        : parse.GetValue(_description) ? Verb.Description
        : parse.GetValue(_info) ? Verb.Info
        : Verb.Run;

    static void RefuseBoth(ParseResult parse, Option<bool> one, Option<bool> other)
    {
        if (parse.GetValue(one) && parse.GetValue(other)) throw HostErrors.WrongUsage($"{one.Name} and {other.Name} exclude each other.");
    }

    /// <summary>Keys that say nothing would make nothing, and look like success: a script's variable may have been empty.</summary>
    static string? SomeKeys(string[]? keys)
    {
        if (keys is not { Length: > 0 }) return null;
        var all = string.Join(',', keys);
        return all.AsSpan().ContainsAnyExcept(", ") ? all : throw HostErrors.WrongUsage("--partitions takes keys or ranges, and was given none.");
    }

    /// <summary>The run to show; an empty word would mean any, and a script's variable may have been empty.</summary>
    string RunOf(ParseResult parse) => parse.GetValue(_run) switch
    {
        null => "last",
        "" => throw HostErrors.WrongUsage("show takes a run's id, the start of one, or last, and was given none."),
        var run => run,
    };

    /// <summary>The same of what is compared.</summary>
    static string Revision(string given) => given.Length > 0 ? given : throw HostErrors.WrongUsage("diff takes revisions, or runs, and was given one without a name.");

    static int? NumberOf(string name, string? given) => given is null ? null
        : int.TryParse(given, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw HostErrors.WrongUsage($"{name} takes a number of at least 1, not {given}.");

    /// <summary>The names of <see cref="Verbosity"/>, in its order.</summary>
    static readonly string[] Levels = ["quiet", "minimal", "normal", "verbose", "diagnostic"];

    static Verbosity VerbosityOf(string? name)
    {
        if (name is null) return Verbosity.Normal;
        var level = Array.FindIndex(Levels, level => level.Equals(name, StringComparison.OrdinalIgnoreCase));
        return level >= 0 ? (Verbosity)level : throw HostErrors.UnknownArgument($"--verbosity {name}", Levels.Select(level => $"--verbosity {level}"));
    }

    /// <summary>What an unknown word may have meant: long switches and commands.</summary>
    IEnumerable<string> KnownNames() => _root.Options.SelectMany(option => option.Aliases.Append(option.Name))
        .Where(name => name.StartsWith("--", StringComparison.Ordinal))
        .Concat(_root.Subcommands.Select(command => command.Name));
}
