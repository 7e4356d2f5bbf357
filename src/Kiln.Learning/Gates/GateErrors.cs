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
}
