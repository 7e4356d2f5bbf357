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
    public static ThresholdChoice GreatestF1(Ranking validation) => GreatestF(validation, 1);

    /// <summary>The threshold of the greatest F-beta; of several, the highest, which flags the fewest rows.</summary>
    /// <param name="validation">The rows to choose on.</param>
    /// <param name="beta">How many times as much recall counts as precision, above 0.</param>
    public static ThresholdChoice GreatestF(Ranking validation, double beta)
    {
        if (!(beta > 0 && double.IsFinite(beta))) throw EvaluatingErrors.NotAbove0("beta", beta);
        var best = validation.At(0);
        for (var step = 1; step < validation.Steps; step++)
        {
            var candidate = validation.At(step);
            if (candidate.F(beta) > best.F(beta)) best = candidate;
        }
        return new ThresholdChoice { Rule = $"greatest F{beta} on the validation rows", Outcome = best };
    }

    /// <summary>
    /// The threshold at which missed positives and false alarms cost least together; of several, the highest, which flags the fewest rows. Where any alarm
    /// costs more than it saves, it lies just above the highest score.
    /// </summary>
    /// <param name="validation">The rows to choose on.</param>
    /// <param name="missCost">What a positive that is not flagged costs, above 0.</param>
    /// <param name="falseAlarmCost">What a negative that is flagged costs, above 0, in the same unit.</param>
    public static ThresholdChoice LeastCost(Ranking validation, double missCost, double falseAlarmCost)
    {
        if (!(missCost > 0 && double.IsFinite(missCost))) throw EvaluatingErrors.NotAbove0("cost of a miss", missCost);
        if (!(falseAlarmCost > 0 && double.IsFinite(falseAlarmCost))) throw EvaluatingErrors.NotAbove0("cost of a false alarm", falseAlarmCost);
        var best = validation.AtThreshold(Math.BitIncrement(validation.At(0).Threshold));
        for (var step = 0; step < validation.Steps; step++)
        {
            var candidate = validation.At(step);
            if (Cost(candidate) < Cost(best)) best = candidate;
        }
        return new ThresholdChoice { Rule = $"least cost on the validation rows, a miss at {missCost} and a false alarm at {falseAlarmCost}", Outcome = best };

        double Cost(Confusion outcome) => (outcome.FalseNegatives * missCost) + (outcome.FalsePositives * falseAlarmCost);
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
