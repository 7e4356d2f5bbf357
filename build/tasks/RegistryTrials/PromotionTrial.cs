using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Kiln.Hosting;
using Kiln.Registry;

namespace Kiln.Build;

/// <summary>
/// One of the processes that change production at once, for <see cref="BenchRegistry"/>: at each line it reads it tries once, by what was in production before, and prints what came of it. What it
/// acknowledges has to be in the history, whoever kills it afterwards.
/// </summary>
sealed class PromotionTrial : IHostCommands
{
    /// <summary>The words it prints: that it looked and is ready; that it changed production, with the line's number and the version; that another was first.</summary>
    public const string Ready = "ready", Done = "done", Second = "second";

    public const string Name = "promotion-trial", Model = "trial";

    public static IEnumerable<Command> Create(HostContext host)
    {
        var (who, versions) = (new Argument<string>("WHO"), new Argument<int>("VERSIONS"));
        var command = new Command(Name, "One of the processes of BenchRegistry.") { who, versions };
        command.Hidden = true;
        command.SetAction(parse => Run(RegistryPlace.Of(host.Workspace), parse.GetValue(who)!, parse.GetValue(versions)));
        yield return command;
    }

    static int Run(RegistryPlace place, string who, int versions)
    {
        using var registry = ModelRegistry.Open(place);
        while (true)
        {
            var (seen, production) = (registry.ProductionLine(Model), registry.Production(Model));
            Say(Ready);
            if (Console.ReadLine() is null) return 0;
            Say(Try(registry, who, versions, seen, production));
            if (Console.ReadLine() is null) return 0; // until all have tried
        }
    }

    static string Try(ModelRegistry registry, string who, int versions, long seen, VersionSummary? production)
    {
        try
        {
            var back = Random.Shared.Next(3) == 0 ? registry.BeforeProduction(Model) : null;
            var number = 1L + Random.Shared.Next(versions);
            if (number == production?.Number) number = 1 + (number % versions);
            var version = back is not null
                ? registry.RollBack(back, who, "rolled back", seen).Version
                : registry.Promote(new(Model, number, null), ModelStage.Production, who, "promoted", seen).Version;
            return string.Create(CultureInfo.InvariantCulture, $"{Done} {version.Moved} {version.Number}");
        }
        catch (KilnException error) when (error.What.StartsWith("Another was promoted", StringComparison.Ordinal))
        {
            return $"{Second} {Regex.Match(error.Message, "^  by +(.*)$", RegexOptions.Multiline).Groups[1].Value}";
        }
    }

    static void Say(string line)
    {
        Console.Out.Write(line + "\n");
        Console.Out.Flush();
    }
}
