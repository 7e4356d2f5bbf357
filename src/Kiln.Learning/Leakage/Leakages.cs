using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;

namespace Kiln.Learning.Leakage;

/// <summary>Looks for ways in which a model may know what it is judged on (Kaufman et al. 2012).</summary>
public static class Leakages
{
    /// <summary>What each check finds, those that do not apply among them.</summary>
    /// <param name="training">The rows that are learned from.</param>
    /// <param name="test">The rows that are judged on.</param>
    /// <param name="problem">What is learned, from which columns.</param>
    /// <param name="settings">What is allowed.</param>
    /// <exception cref="KilnException">A table cannot be read, or lacks a column that is named.</exception>
    public static ImmutableArray<LeakageFinding> Find(Table training, Table test, LearningProblem problem, LeakageSettings settings)
    {
        SettingsCheck.All("leakage", settings);
        var tables = new LeakageTables(training, test, problem);
        return
        [
            .. DuplicateCheck.Run(tables, settings),
            TellingFeatureCheck.Run(tables, settings),
            .. EntityCheck.Run(tables, settings),
            .. LateFeatureCheck.Run(tables, settings),
            .. TimeOverlapCheck.Run(tables),
        ];
    }
}
