using Kiln.Learning.Evaluating.Resampling;

namespace Kiln.Learning.Gates;

/// <summary>Verdicts' reasons in words.</summary>
static class Reasons
{
    public static string Shown(Evidence evidence) => $"{Interval(evidence)}: all of it is {evidence.Requirement}.";

    public static string Refuted(Evidence evidence) => $"{Interval(evidence)}: none of it is {evidence.Requirement}.";

    public static string Open(Evidence evidence) => $"{Interval(evidence)}: part of it is {evidence.Requirement}, part of it is not. More rows may tell.";

    public static string RefutedAmongMany(Evidence evidence, double level) => $"{Refuted(evidence)} Chance among {evidence.Tests:#,0} tests does not explain it: {Correction(evidence, level)}.";

    public static string MayBeChance(Evidence evidence, double level) => $"{Refuted(evidence)} But of {evidence.Tests:#,0} tests one may come out so by chance: {Correction(evidence, level)}.";

    public static string NoInterval(BootstrapResult.Undefined undefined) => $"There is no interval. {undefined.Reason}";

    public static string TooFew(int found, string what, int least) => $"There are {found:#,0} {what}; fewer than {least:#,0} say too little.";

    static string Interval(Evidence evidence) => $"Estimate {evidence.Estimate:G4}, {100 * evidence.Confidence:0.##} % interval {evidence.Lower:G4} to {evidence.Upper:G4}";

    static string Correction(Evidence evidence, double level) => $"p = {evidence.PValue:0.#####}, after Holm's correction {evidence.AdjustedPValue:0.#####}, level {level:0.####}";
}
