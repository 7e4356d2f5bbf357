using System.CommandLine;
using System.Globalization;
using Kiln.Hosting;

namespace Kiln.Registry;

/// <summary>Makes a version again in a clean tree and compares: <c>reproduce fraud/3</c>.</summary>
sealed class ReproduceCommand
{
    readonly HostContext _host;
    readonly Argument<string> _version = new("VERSION") { Description = "Such as fraud/3, fraud@champion, fraud@production, or fraud for the newest." };
    readonly Option<bool> _keep = new("--keep") { Description = "Leaves the clean tree where it was built." };
    readonly Option<string?> _tolerance = new("--tolerance") { Description = "How far weights made on a GPU may be apart, absolute, and relative above 1. Default: 0, to the bit.", HelpName = "NUMBER" };
    readonly Option<bool> _json = new("--json") { Description = "Answers as JSON; how it goes is told on standard error." };

    ReproduceCommand(HostContext host) => _host = host;

    public static Command Create(HostContext host)
    {
        var reproduce = new ReproduceCommand(host);
        var command = new Command("reproduce", "Makes a version again, from its commit in a clean tree and the data it was made from, and names the first file that differs. Ends with 1 where one does.") { reproduce._version, reproduce._keep, reproduce._tolerance, reproduce._json };
        command.SetAction(reproduce.Execute);
        return command;
    }

    int Execute(ParseResult parse)
    {
        if (!Directory.Exists(_host.Workspace)) throw TraceErrors.NoWorkspace(_host.Workspace);
        var (version, document, files) = Find(VersionName.Parse(parse.GetValue(_version)!));
        var tolerance = Tolerance(parse.GetValue(_tolerance));
        if (tolerance > 0 && !Reproducer.IsOfGpu(document)) throw ReproduceErrors.ToleranceOnCpu(version);
        _host.EndInOrder(); // the clean tree is taken away again
        var made = new Reproducer(_host, version, document, files, Console.Error.WriteLine).Execute(tolerance, parse.GetValue(_keep));
        var answer = ReproducePages.Of(made);
        Answer.Print(parse.GetValue(_json) ? answer.Json : answer.Text);
        return made.IsSame ? 0 : (int)ExitCode.StageFailed;
    }

    /// <summary>What is kept of a version. The registry is let go of before anything is built: that takes minutes.</summary>
    (VersionSummary Version, VersionDocument Document, string Files) Find(VersionName name)
    {
        using var registry = ModelRegistry.Open(RegistryPlace.Of(_host.Workspace), RegistryAccess.Read);
        var version = registry.Get(name);
        return (version, registry.Document(version), registry.Files.FolderOf(version.Identity));
    }

    static double Tolerance(string? given) => given is null ? 0
        : double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var tolerance) && tolerance is >= 0 and <= 1 ? tolerance : throw ReproduceErrors.NotATolerance(given);
}
