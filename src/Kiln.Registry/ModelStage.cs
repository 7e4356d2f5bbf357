namespace Kiln.Registry;

/// <summary>Where a version stands.</summary>
public enum ModelStage
{
    /// <summary>Registered.</summary>
    Development,

    /// <summary>Tried before it is used.</summary>
    Staging,

    /// <summary>Used: one version of a model at most.</summary>
    Production,

    /// <summary>No longer used.</summary>
    Archived,
}

/// <summary>What a version's gate said when it was registered.</summary>
public enum GateStanding
{
    /// <summary>The pipeline has no criteria.</summary>
    None,

    /// <summary>Every criterion let it pass.</summary>
    Passed,

    /// <summary>Every criterion let it pass, but they, or their intervals, were changed by <c>--set</c>: they are not those of the project.</summary>
    Given,

    /// <summary>A criterion did not, and someone let it pass with a reason.</summary>
    Overridden,

    /// <summary>A criterion did not let it pass.</summary>
    Refused,
}
