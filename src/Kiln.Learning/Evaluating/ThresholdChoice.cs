namespace Kiln.Learning.Evaluating;

/// <summary>A threshold, the rule that chose it, and what it did on the rows it was chosen on. Choose on validation, never on test.</summary>
public sealed record ThresholdChoice
{
    /// <summary>The rule in words, for the page that states the threshold.</summary>
    public required string Rule { get; init; }

    /// <summary>The outcome on the rows the threshold was chosen on.</summary>
    public required Confusion Outcome { get; init; }

    /// <summary>The lowest score that is flagged.</summary>
    public double Threshold => Outcome.Threshold;

    /// <summary>The threshold of the greatest F1; of several, the highest, which flags the fewest rows.</summary>
    public static ThresholdChoice GreatestF1(Ranking validation)
    {
        var best = validation.At(0);
        for (var step = 1; step < validation.Steps; step++)
        {
            var candidate = validation.At(step);
            if (candidate.F1 > best.F1) best = candidate;
        }
        return new ThresholdChoice { Rule = "greatest F1 on the validation rows", Outcome = best };
    }

    /// <summary>The lowest threshold that flags no more rows than the budget.</summary>
    /// <param name="validation">The rows to choose on.</param>
    /// <param name="alerts">How many of these rows may be flagged, at least 1.</param>
    public static ThresholdChoice AlertBudget(Ranking validation, long alerts)
    {
        if (alerts < 1) throw EvaluatingErrors.NotPositive("alert budget", alerts);
        if (validation.At(0).Alerts > alerts) throw EvaluatingErrors.BudgetTooSmall(alerts, validation.At(0).Alerts);
        var step = 0;
        while (step + 1 < validation.Steps && validation.At(step + 1).Alerts <= alerts) step++;
        return new ThresholdChoice { Rule = $"at most {alerts:N0} alerts on the validation rows", Outcome = validation.At(step) };
    }
}
