using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Leakage;

/// <summary>
/// Features that tell the label by themselves better than honest ones do: often they are made of it. Numbers are taken as they are, on each side, and both
/// numbers of few values and texts by what the training rows of each value have on average, on the test rows.
/// </summary>
static class TellingFeatureCheck
{
    /// <summary>Values of a column that are taken one by one at most.</summary>
    const int MostValues = 1000;

    public static LeakageFinding Run(LeakageTables tables, LeakageSettings settings)
    {
        var target = tables.Problem.Target;
        var columns = tables.Features.Where(name => InputKinds.Of(tables.Known(name).Type.Kind) != InputKind.Bytes).ToList();
        if (columns.Count == 0) return LeakageFinding.NotApplicable(LeakageCheck.TellingFeatures, "No feature holds numbers, truths, times or texts.");
        var training = new LabelledSide("training", target, tables.Training);
        var test = new LabelledSide("test", target, tables.Test);
        var found = columns.SelectMany(name => Judge(name, tables, training, test)).GroupBy(feature => feature.Name)
            .Select(sides => sides.MaxBy(side => side.Strength)).OrderByDescending(feature => feature.Strength).ToList();
        if (found.Count == 0) return LeakageFinding.NotApplicable(LeakageCheck.TellingFeatures, "There are too few rows of each class, or too few rows at all, to tell.");

        var most = target.Task == LearningTask.Regression ? settings.MostR2 : settings.MostAuc;
        var telling = found.Where(feature => feature.Strength > most).ToList();
        string Say(Telling feature) => string.Create(CultureInfo.InvariantCulture, $"{feature.Name}: {(target.Task == LearningTask.Regression ? "R²" : "AUC ROC")} {feature.Strength:0.000} on the {feature.Side} rows");
        return new()
        {
            Check = LeakageCheck.TellingFeatures,
            Columns = [.. telling.Select(feature => feature.Name)],
            Outcome = telling.Count > 0 ? LeakageOutcome.Suspicious : LeakageOutcome.Clean,
            Count = telling.Count,
            Of = found.Count,
            Examples = [.. telling.Take(LeakageFinding.MostExamples).Select(Say)],
            Found = $"The feature that tells most by itself is {Say(found[0])}.",
            Next = telling.Count > 0 ? "Find out when and from what the feature is made: one that is made of the label has to go. Where it is honest, allow it: mostAuc, mostR2." : "",
        };
    }

    static IEnumerable<Telling> Judge(string name, LeakageTables tables, LabelledSide training, LabelledSide test)
    {
        var (learned, judged) = (tables.Training.ReadColumns(name).Columns[0], tables.Test.ReadColumns(name).Columns[0]);
        if (InputKinds.Of(learned) != InputKind.Text && InputKinds.Of(judged) != InputKind.Text)
        {
            if (training.Strength(learned.ToDoubles()) is { } here) yield return new(name, training.Name, here);
            if (test.Strength(judged.ToDoubles()) is { } there) yield return new(name, test.Name, there);
        }
        if (InputKinds.Of(learned) != InputKind.Time && CategoryMeans.Of(learned, training, MostValues) is { } means && test.Strength(means.Read(judged)) is { } told)
            yield return new(name, test.Name, told);
    }

    readonly record struct Telling(string Name, string Side, double Strength);
}
