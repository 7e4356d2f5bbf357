namespace Kiln.Learning.Fairness;

/// <summary>
/// How differently groups are treated, by the definitions of fairlearn (Bird et al. 2020). "Selected" is answered with the second class; a difference is the highest
/// group's rate less the lowest's (0 at best), a ratio the lowest over the highest (1 at best).
/// </summary>
public enum FairnessMeasure
{
    /// <summary>Of selection rates: the share that is selected.</summary>
    DemographicParityDifference,

    /// <summary>Of selection rates.</summary>
    DemographicParityRatio,

    /// <summary>Of true positive rates: the share of positives that is selected (Hardt et al. 2016).</summary>
    EqualOpportunityDifference,

    /// <summary>Of true positive rates.</summary>
    EqualOpportunityRatio,

    /// <summary>Of true and false positive rates: the greater of both differences.</summary>
    EqualizedOddsDifference,

    /// <summary>Of true and false positive rates: the lesser of both ratios.</summary>
    EqualizedOddsRatio,
}

/// <summary>The rates that groups are compared by.</summary>
enum GroupRate
{
    /// <summary>Selected rows of all.</summary>
    Selection,

    /// <summary>Selected rows of the positive ones.</summary>
    TruePositive,

    /// <summary>Selected rows of the negative ones.</summary>
    FalsePositive,
}
