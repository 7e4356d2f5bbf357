using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Gates;

/// <summary>Every refusal of gates, in one place.</summary>
static class GateErrors
{
    public static KilnException NotFinite(string name, double value) => new(
        $"A requirement's {name} is not a finite number.", [(name, $"{value}")], "Correct the setting.");

    public static KilnException NegativeMargin(double margin) => new(
        "A margin is negative.", [("margin", $"{margin}")], "Give how much worse is still good enough, as 0 or more; to ask for better, require an improvement.");

    public static KilnException NotAProbability(string test, double value) => new(
        "A p-value is not between 0 and 1.", [("test", test), ("p-value", $"{value}")], "Leave out tests that were not made.");

    public static KilnException NamedTwice(string test) => new(
        "Two tests have the same name.", [("test", test)], "Name each slice once.");

    public static KilnException TooFewResamples(string gate, int tests, int resamples, double level) => new(
        "So few resamples cannot tell one of so many tests from chance.",
        [("gate", gate), ("tests", $"{tests:N0}"), ("resamples", $"{resamples:N0}"), ("level", $"{level:0.####}"), ("needed", $"{Math.Ceiling(tests / level):N0} resamples at the very least")],
        "Draw more resamples, or test fewer slices.");

    public static KilnException NotForTask(string place, string criterion, string figure, LearningTask task) => new UsageException(
        "A criterion asks for a figure that these answers do not have.", [("at", place), ("criterion", criterion), ("figure", figure), ("answers", Words(task))],
        "Choose a metric for such answers: docs/evaluating.md lists them.");

    public static KilnException NoSuchModel(string place, string criterion, string name, IEnumerable<string> candidates) => new UsageException(
        "A criterion names a model that there is not.", [("at", place), ("criterion", criterion), ("named", name), ("candidates", string.Join(", ", candidates))],
        $"Name one of models.candidates, or {Criterion.Champion}.");

    public static KilnException AgainstItself(string place, string criterion, string name) => new UsageException(
        "A criterion holds a model against itself.", [("at", place), ("criterion", criterion), ("model", $"{name} (train.model)")],
        "Name another candidate, train another, or leave the criterion out: no model is better than itself.");

    public static KilnException OutOfRange(string place, string criterion, string figure, MetricRange range, string limit) => new UsageException(
        "A criterion's limit is none that its figure can be on both sides of.", [("at", place), ("criterion", criterion), ("limit", limit), ("figure", $"{figure}, {range}")],
        "Give a limit in that range: 0.92 for 92 %.");

    public static KilnException ChampionCannotAnswer(string folder, KilnException error) => new(
        "The champion cannot answer the test rows.", [("gates.champion", folder), ("reason", error.Message)],
        "Name a model that was fitted to the same columns, or leave gates.champion empty.", error);

    public static KilnException Refused(GateDecision decision, string report) => new GateFailure(
        $"The gate does not let {decision.Candidate} pass.", [.. decision.Refusals.Select(refusal => (refusal.Criterion, $"{refusal.Verdict}. {refusal.Reason}"))],
        $"Look at {report}. Improve the model; or let it pass with a reason, which is recorded: --set override.by=NAME --set override.reason=WHY");

    static string Words(LearningTask task) => task switch
    {
        LearningTask.Binary => "one of two classes",
        LearningTask.MultiClass => "one of several classes",
        _ => "a value",
    };

    sealed class GateFailure(string what, IEnumerable<(string, string)> facts, string next) : KilnException(what, facts, next)
    {
        public override ExitCode ExitCode => ExitCode.GateFailed;
    }
}
