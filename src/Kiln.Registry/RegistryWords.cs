using System.Globalization;

namespace Kiln.Registry;

/// <summary>The registry's kinds of things, as people say them.</summary>
static class RegistryWords
{
    public static string Of(ModelStage stage) => stage.ToString().ToLowerInvariant();

    /// <summary>As a sentence goes on after the version's name.</summary>
    public static string Standing(ModelStage stage) => stage == ModelStage.Archived ? "is archived" : $"stands in {Of(stage)}";

    public static string Of(GateStanding gate) => gate switch
    {
        GateStanding.None => "no gate",
        GateStanding.Passed => "its gate let it pass",
        GateStanding.Given => "let pass by criteria that --set gave",
        GateStanding.Overridden => "let pass by override",
        _ => "its gate refused it",
    };

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
