using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Tests.Learning.Explaining;

/// <summary>What scikit-learn and SciPy say, made by scikit-learn-explanations.py.</summary>
sealed record ScikitLearnExplanations(int Columns, ScikitLearnExplanations.Case[] Cases, double[][] Student)
{
    public static ScikitLearnExplanations All { get; } = JsonSerializer.Deserialize<ScikitLearnExplanations>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Explaining", "scikit-learn-explanations.json")), JsonSerializerOptions.Web)!;

    public Case this[string kind] => Cases.Single(known => known.Kind == kind);

    public sealed record Case(string Kind, double[] X, double[] Y, int[][] Orders)
    {
        public Dictionary<string, Importances> Importances { get; init; } = [];

        public Dependence[] Dependence { get; init; } = [];

        /// <summary>The same model: linear, of the columns as they are.</summary>
        public (FitOutcome Fitted, Examples Rows) Fit()
        {
            var target = Kind switch
            {
                "regression" => Target.Regression("Y"),
                "binary" => Target.Binary("Y"),
                _ => Target.MultiClass("Y", "0", "1", "2"),
            };
            var names = Enumerable.Range(0, All.Columns).Select(column => $"X{column}").ToArray();
            var columns = names.Select((name, column) => Column.Of<double>(name, X.Where((_, place) => place % All.Columns == column).ToArray()));
            var rows = Examples.Of(TableColumns.Of([.. columns, Kind == "regression" ? Column.Of<double>("Y", Y) : Column.Of<int>("Y", Array.ConvertAll(Y, label => (int)label))]), target);
            return (Model.Fit(new() { Linear = new() { L2 = Kind == "regression" ? 0 : 1 } }, new(Prepare.Numbers([.. names])), rows), rows);
        }
    }

    public sealed record Importances(double[][] Values, double[] Mean);

    public sealed record Dependence(int Column, double[] Values, double[][] Means, double[][][] FirstLines);
}
