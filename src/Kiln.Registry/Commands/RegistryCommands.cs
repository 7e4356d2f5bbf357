using System.Collections.Immutable;
using System.CommandLine;
using Kiln.Hosting;
using Kiln.Registry.Exporting;

namespace Kiln.Registry;

/// <summary>The registry on the command line: <c>models list</c>, <c>models promote fraud/3</c>, …</summary>
public sealed class RegistryCommands : IHostCommands
{
    // More than a screen is looked for by name, or asked for; programs get all.
    const int Most = 50;

    readonly HostContext _host;
    readonly Option<bool> _json = new("--json") { Description = "Answers as JSON." };
    readonly Option<string?> _by = new("--by") { Description = "Who does it. Default: KILN_USER, or the user.", HelpName = "NAME" };
    readonly Option<string?> _reason = new("--reason") { Description = "Why; it stands in the history.", HelpName = "WORDS" };
    readonly Option<bool> _all = new("--all") { Description = $"All, and not the last {Most} only; --json always gives all." };
    readonly Argument<string> _version = new("VERSION") { Description = "Such as fraud/3, fraud@champion, fraud@production, or fraud for the newest." };
    readonly Argument<string?> _model = new("MODEL") { Description = "One model only.", Arity = ArgumentArity.ZeroOrOne };

    RegistryCommands(HostContext host) => _host = host;

    /// <inheritdoc/>
    public static IEnumerable<Command> Create(HostContext host)
    {
        yield return new RegistryCommands(host).Models();
        yield return TraceCommand.Create(host);
        yield return ReproduceCommand.Create(host);
        yield return new MlflowCommand(host).Create();
    }

    Command Models()
    {
        var models = new Command("models", "The registry of models: what there is, what is in production, and how it came there.");
        foreach (var command in (ReadOnlySpan<Command>)[List(), Show(), Register(), Promote(), Approve(), Alias(), Rollback(), History(), Compare(), Card(), Export(), Verify()]) models.Subcommands.Add(command);
        return models;
    }

    Command List() => Asking("list", "Lists versions: those in production, then the last moved.", [_model], [_all], (parse, registry) =>
        VersionPages.List(registry.List(ModelOf(parse, registry), MostOf(parse) ?? int.MaxValue), registry.Count(parse.GetValue(_model))));

    Command Show() => Asking("show", "Shows a version: where it stands and why, its figures, and what made it.", [_version], [], (parse, registry) =>
    {
        var version = registry.Get(VersionName.Parse(parse.GetValue(_version)!));
        return VersionPages.Show(version, registry.Document(version), LinesOf(registry, version), registry.Files.FolderOf(version.Identity));
    });

    Command Register()
    {
        var pipeline = new Argument<string>("PIPELINE") { Description = "The pipeline whose model is registered: this is its target Register." };
        var command = new Command("register", "Makes a pipeline's model where it is out of date, and adds it to the registry. One that is there already stays.") { pipeline };
        var set = new Option<string[]>("--set") { Description = "As of a run.", HelpName = "KEY=VALUE" };
        command.Options.Add(set);
        command.Options.Add(_json);
        command.SetAction(parse =>
        {
            string[] arguments = ["--pipeline", parse.GetValue(pipeline)!, "--target", "Register", .. (parse.GetValue(set) ?? []).SelectMany(given => (string[])["--set", given])];
            if (!parse.GetValue(_json)) return _host.Run(arguments);
            var answer = Console.Out;
            Console.SetOut(Console.Error); // what the run tells is not the answer
            var ended = _host.Run(arguments);
            Console.SetOut(answer);
            if (ended == 0 && RegisterModel.Last is { } version) Hosting.Answer.Print(new RegistryAnswer("", version).Json);
            return ended;
        });
        return command;
    }

    Command Promote()
    {
        var to = new Option<string>("--to") { Description = "staging, production or archived. Default: the next after where it stands, up to production.", HelpName = "STAGE" };
        return Changing("promote", "Moves a version on: into staging and production only where its gate let it pass, or someone approved it.", [_version], [to, _by, _reason], (parse, registry) =>
        {
            var name = VersionName.Parse(parse.GetValue(_version)!);
            var seen = registry.ProductionLine(name.Model);
            var before = registry.Get(name);
            var stage = StageOf(parse.GetValue(to), before);
            if (stage != before.Stage && stage != ModelStage.Archived) registry.CheckFit(before);
            var (version, displaced) = registry.Promote(new(before.Model, before.Number, null), stage, By(parse), parse.GetValue(_reason) ?? "", seen);
            return VersionPages.Moved(before, version, displaced);
        });
    }

    Command Approve() => Changing("approve", "Vouches for a version that its gate did not let pass, with a name and a reason.", [_version], [_by, _reason], (parse, registry) =>
    {
        var name = VersionName.Parse(parse.GetValue(_version)!);
        var entry = registry.Approve(name, By(parse), parse.GetValue(_reason) ?? "");
        return VersionPages.Approved(registry.Get(name), entry);
    });

    Command Alias()
    {
        var alias = new Argument<string>("ALIAS") { Description = "A name such as champion; another version that has it loses it." };
        var remove = new Option<bool>("--remove") { Description = "Takes the name away." };
        return Changing("alias", "Gives a version a name, or takes it away.", [_version, alias], [remove, _by], (parse, registry) =>
        {
            var (name, named) = (VersionName.Parse(parse.GetValue(_version)!), parse.GetValue(alias)!);
            var former = registry.Find(new(name.Model, null, named));
            if (parse.GetValue(remove)) registry.Unalias(name.Model, named, By(parse));
            else registry.Alias(name, named, By(parse));
            var version = registry.Get(name);
            return VersionPages.Named(version, former?.Number == version.Number ? null : former);
        });
    }

    Command Rollback()
    {
        var model = new Argument<string>("MODEL") { Description = "The model, or one of its versions that was in production before. Default: the one before." };
        return Changing("rollback", "Brings back what was in production before, once it loads and answers a kept sample as it did.", [model], [_by, _reason], (parse, registry) =>
        {
            var name = VersionName.Parse(parse.GetValue(model)!);
            CheckThere(name.Model, registry);
            var seen = registry.ProductionLine(name.Model);
            var target = name is { Number: null, Alias: null } ? registry.BeforeProduction(name.Model) ?? throw RegistryErrors.NothingBefore(name.Model, registry.Production(name.Model)) : registry.Get(name);
            registry.CheckFit(target);
            var (version, displaced) = registry.RollBack(target, By(parse), parse.GetValue(_reason) ?? "", seen);
            return VersionPages.Moved(target, version, displaced);
        });
    }

    Command History()
    {
        var at = new Option<string?>("--at") { Description = "What was in production then, such as 2026-05-01T12:00Z.", HelpName = "TIME" };
        var of = new Argument<string?>("MODEL") { Description = "One model only, or one version such as fraud/3.", Arity = ArgumentArity.ZeroOrOne };
        return Asking("history", "Tells what was done, by whom and why; with --at, what was in production then.", [of], [at, _all], (parse, registry) =>
        {
            var name = parse.GetValue(of) is { } text ? VersionName.Parse(text) : null;
            if (name is not null) CheckThere(name.Model, registry);
            if (name is { Number: not null } or { Alias: not null } && parse.GetValue(at) is null)
            {
                var lines = LinesOf(registry, registry.Get(name));
                return VersionPages.History(lines, lines.Length);
            }
            var model = name?.Model;
            if (parse.GetValue(at) is not { } given) return VersionPages.History(registry.History(model, MostOf(parse)), model is null ? registry.Head.Lines : registry.LinesOf(model));
            var time = Times.Parse(given);
            return VersionPages.InProductionAt(time, registry.ProductionAt(time, model).Values.Where(entry => name?.Number is null || entry.Version == name.Number));
        });
    }

    Command Compare()
    {
        var other = new Argument<string>("OTHER") { Description = "The other version." };
        return Asking("compare", "Holds two versions side by side: figures, settings, data and code.", [_version, other], [], (parse, registry) =>
        {
            var (one, two) = (registry.Get(VersionName.Parse(parse.GetValue(_version)!)), registry.Get(VersionName.Parse(parse.GetValue(other)!)));
            return VersionPages.Compare(one, registry.Document(one), two, registry.Document(two));
        });
    }

    Command Card() => Asking("card", "Prints a version's model card as Markdown.", [_version], [], (parse, registry) =>
    {
        var version = registry.Get(VersionName.Parse(parse.GetValue(_version)!));
        var folder = registry.Files.Checked(version, registry.Document(version));
        return VersionPages.Card(version, Path.Combine(folder, VersionFiles.Card), File.ReadAllText(Path.Combine(folder, VersionFiles.Markdown)));
    });

    Command Export()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A folder that is not there yet." };
        return Asking("export", "Copies a version's files, and all that is kept of it, into a folder.", [_version, folder], [], (parse, registry) =>
        {
            var version = registry.Get(VersionName.Parse(parse.GetValue(_version)!));
            return VersionPages.Exported(version, VersionExport.Write(registry, version, Path.GetFullPath(parse.GetValue(folder)!, Environment.GetEnvironmentVariable("KILN_CALLER") ?? _host.Workspace)));
        });
    }

    Command Verify()
    {
        var files = new Option<bool>("--no-files") { Description = "Leaves the versions' files out." };
        var command = new Command("verify", "Goes through the history from its first line, and names what is not as it was written. Ends with 1 where something is.") { files, _json };
        command.SetAction(parse =>
        {
            using var registry = Open(RegistryAccess.Read);
            var (withFiles, faults, stray) = (!parse.GetValue(files), registry.Verify(), ImmutableArray<string>.Empty);
            try
            {
                if (withFiles) (faults, stray) = (faults.AddRange(registry.FileFaults()), registry.StrayFiles());
            }
            catch (KilnException) when (!faults.IsEmpty)
            {
                // where the versions themselves cannot be read, that is what is wrong
            }
            Answer(parse, VersionPages.Verified(faults.IsEmpty ? registry.Head : null, faults, stray));
            return faults.IsEmpty ? 0 : (int)ExitCode.StageFailed;
        });
        return command;
    }

    Command Asking(string name, string description, Argument[] arguments, Option[] options, Func<ParseResult, ModelRegistry, RegistryAnswer> ask) =>
        Working(RegistryAccess.Read, name, description, arguments, options, ask);

    Command Changing(string name, string description, Argument[] arguments, Option[] options, Func<ParseResult, ModelRegistry, RegistryAnswer> change) =>
        Working(RegistryAccess.Change, name, description, arguments, options, change);

    Command Working(RegistryAccess access, string name, string description, Argument[] arguments, Option[] options, Func<ParseResult, ModelRegistry, RegistryAnswer> work)
    {
        var command = new Command(name, description);
        foreach (var argument in arguments) command.Arguments.Add(argument);
        foreach (var option in options.Append(_json)) command.Options.Add(option);
        command.SetAction(parse =>
        {
            if (access == RegistryAccess.Change) _host.LastWords = "Interrupted: ./build.sh models history says whether it was done.";
            using var registry = Open(access);
            Answer(parse, work(parse, registry));
            return 0;
        });
        return command;
    }

    ModelRegistry Open(RegistryAccess access) => ModelRegistry.Open(RegistryPlace.Of(_host.Workspace), access);

    string? ModelOf(ParseResult parse, ModelRegistry registry)
    {
        if (parse.GetValue(_model) is not { } model) return null;
        CheckThere(model, registry);
        return model;
    }

    static void CheckThere(string model, ModelRegistry registry)
    {
        if (!registry.Models.Contains(model)) throw RegistryErrors.NoModel(model, registry.Models);
    }

    /// <summary>The lines that tell of a version, and of those that took its place.</summary>
    static ImmutableArray<HistoryEntry> LinesOf(ModelRegistry registry, VersionSummary version) => [.. registry.History(version).Concat(registry.Displacements(version)).OrderBy(entry => entry.Sequence)];

    void Answer(ParseResult parse, RegistryAnswer answer) => Hosting.Answer.Print(parse.GetValue(_json) ? answer.Json : answer.Text);

    int? MostOf(ParseResult parse) => parse.GetValue(_all) || parse.GetValue(_json) ? null : Most;

    string By(ParseResult parse) => parse.GetValue(_by) ?? Actor.Name;

    static ModelStage StageOf(string? name, VersionSummary version) => name switch
    {
        null => version.Stage switch { ModelStage.Development => ModelStage.Staging, ModelStage.Staging => ModelStage.Production, _ => throw RegistryErrors.NoNextStage(version) },
        "staging" => ModelStage.Staging,
        "production" => ModelStage.Production,
        "archived" => ModelStage.Archived,
        _ => throw RegistryErrors.NotAStage(name),
    };
}
