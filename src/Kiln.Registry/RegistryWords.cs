using System.Globalization;

namespace Kiln.Registry;

/// <summary>The registry's kinds of things, as people say them.</summary>
static class RegistryWords
{
    public static string Of(ModelStage stage) => stage.ToString().ToLowerInvariant();

    /// <summary>As a sentence goes on after the version's name.</summary>
    public static string Standing(ModelStage stage) => stage == ModelStage.Archived ? "is archived" : $"stands in {Of(stage)}";

    public static string LostGuard(string name) => $"{name} is gone or another, by which the database itself keeps what was promised";

    public static string StrangeTrigger(string name) => $"the trigger {name} is not as Kiln made it, and may change what is written";

    public static string Of(GateStanding gate) => gate switch
    {
        GateStanding.None => "no gate",
        GateStanding.Passed => "its gate let it pass",
        GateStanding.Given => "let pass by criteria that --set gave",
        GateStanding.Overridden => "let pass by override",
        _ => "its gate refused it",
    };

    /// <summary>How a version came to stand.</summary>
    /// <param name="before">The version as it stood.</param>
    /// <param name="version">As it stands now.</param>
    /// <param name="displaced">The version that it took the place of, or null.</param>
    public static string Moved(VersionSummary before, VersionSummary version, VersionSummary? displaced) => $"{version.Name} {Standing(version.Stage)}" + (
        displaced is not null ? $" in place of {displaced.Name}, which is archived"
        : before.Moved == version.Moved ? " already"
        : before.Stage == ModelStage.Production ? $"; nothing of {version.Model} is in production now"
        : "");

    /// <summary>The first of some names, and how many more there are.</summary>
    public static string Few(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - 3:#,0} more") : "");

    public static string Of(HistoryAction action) => action switch
    {
        HistoryAction.Register => "registered",
        HistoryAction.Promote => "promoted",
        HistoryAction.Approve => "approved",
        HistoryAction.Rollback => "rolled back",
        HistoryAction.Alias => "named",
        _ => "name taken away",
    };
}
