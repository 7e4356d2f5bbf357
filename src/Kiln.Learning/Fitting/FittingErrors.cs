namespace Kiln.Learning.Fitting;

/// <summary>Every error of stages that fit, in one place.</summary>
static class FittingErrors
{
    public static KilnException NoSuchCandidate(string name, IEnumerable<string> known) => new UsageException(
        "There is not exactly one candidate of this name.", [("name", name), ("candidates", string.Join(", ", known))],
        "Name one of models.candidates; each has a name of its own.");

    public static KilnException NothingCompared() => new UsageException("There are no candidates to compare.", [], "Declare some under models.candidates.");
}
