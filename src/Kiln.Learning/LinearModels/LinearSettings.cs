using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;

namespace Kiln.Learning.LinearModels;

/// <summary>Logistic regression for classes, linear regression for values; solved to convergence.</summary>
public sealed record LinearSettings
{
    /// <summary>
    /// The strength of the penalty ½ · l2 · ‖coefficients‖² beside the summed loss (of values ½ the squared error); intercepts are free. It is
    /// 1 / C of scikit-learn's LogisticRegression, and alpha of its Ridge.
    /// </summary>
    [Range(0.0, 1e12)]
    public double L2 { get; init; } = 1;

    /// <summary>Newton steps, at most.</summary>
    [Range(1, 100_000)]
    public int MaxIterations { get; init; } = 100;

    /// <summary>The solution is found when the next step would lower the objective by less than this share of it.</summary>
    [Range(0.0, 1e-2)]
    public double Tolerance { get; init; } = 1e-12;

    /// <summary>Whether classes count the same, however many rows they have.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Threads an operator may use; the bits of the result depend on it.</summary>
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <summary>What is set that does not go with what is learned; null for nothing.</summary>
    internal Misfit? MisfitTo(Target target) => BalanceClasses && target.Task == LearningTask.Regression ? new("balanceClasses", "values have no classes") : null;
}
