using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.XGBoost;

namespace Kiln.Learning.Boosting;

/// <summary>Boosted trees: prepared rows in, probabilities or values out; and what XGBoost tells of them.</summary>
public sealed class XGBoostPredictor : IPredictor
{
    /// <summary>The file of the trees in a model's folder.</summary>
    public const string FileName = "booster.json";

    readonly int columns;

    internal XGBoostPredictor(Booster booster, int columns) => (Booster, this.columns) = (booster, columns);

    /// <summary>The trees: importances by <see cref="Booster.Importances"/>, contributions of prepared rows by <see cref="Booster.Contributions"/>.</summary>
    public Booster Booster { get; }

    public void Predict(ReadOnlySpan<float> rows, Span<float> answers)
    {
        try
        {
            Booster.Score(rows, columns, answers);
        }
        catch (XGBoostException exception)
        {
            throw ModelErrors.OfLibrary(exception);
        }
    }

    /// <summary>How much each feature adds to each row's margin, SHAP values: [rows, outputs, features + 1], the last the same for all rows.</summary>
    public Scores Contributions(FeatureMatrix rows)
    {
        using var matrix = new DMatrix(rows.Values.Span, rows.Columns, new()
        {
            FeatureNames = Names(rows.Features),
            FeatureTypes = [.. rows.Features.Select(feature => feature.Kind == FeatureKind.Category ? FeatureType.Categorical : FeatureType.Numeric)],
        });
        return Booster.Contributions(matrix);
    }

    public void Save(string folder) => Booster.Save(Path.Combine(folder, FileName));

    public void Dispose() => Booster.Dispose();

    // XGBoost's own formats write names without a quote around them, so some characters are not for names, and none is empty or there twice. What a
    // column is called is no reason to refuse it for one model and not for another.
    internal static IReadOnlyList<string> Names(ImmutableArray<Feature> features)
    {
        string[] names = [.. features.Select(feature => feature.Name.Length == 0 ? "(no name)" : feature.Name.Replace('[', '(').Replace(']', ')').Replace('<', '‹').Replace('\0', '␀'))];
        return names.Distinct().Count() == names.Length ? names : [.. names.Select((name, place) => $"{place}: {name}")];
    }
}
