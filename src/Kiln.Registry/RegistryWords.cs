namespace Kiln.Registry;

/// <summary>The registry's kinds of things, as people say them.</summary>
static class RegistryWords
{
    public static string Of(ModelStage stage) => stage.ToString().ToLowerInvariant();

    public static string Of(GateStanding gate) => gate switch
    {
        GateStanding.None => "no gate",
        GateStanding.Passed => "its gate let it pass",
        GateStanding.Overridden => "let pass by override",
        _ => "its gate refused it",
    };

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
