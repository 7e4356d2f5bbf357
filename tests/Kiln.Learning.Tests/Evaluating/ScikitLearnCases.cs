using System.Text.Json;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Evaluating;

/// <summary>The answers of scikit-learn and pandas, made by scikit-learn-cases.py.</summary>
sealed record ScikitLearnCases(string MadeWith, ScikitLearnCases.Case[] Cases, ScikitLearnCases.CardCase Cards)
{
    public static ScikitLearnCases All { get; } = JsonSerializer.Deserialize<ScikitLearnCases>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Evaluating", "scikit-learn-cases.json")),
        JsonSerializerOptions.Web)!;

    public sealed record Case(double[] Scores, bool[] Labels, double Threshold)
    {
        public double Auc { get; init; }
        public double Ap { get; init; }
        public double LogLoss { get; init; }
        public double Brier { get; init; }
        public long[] Confusion { get; init; } = [];
        public double Precision { get; init; }
        public double Recall { get; init; }
        public double F1 { get; init; }
        public double Mcc { get; init; }
        public double Accuracy { get; init; }
        public double[] BinMeans { get; init; } = [];
        public double[] BinShares { get; init; } = [];
        public double Ece { get; init; }
        public double[][]? Roc { get; init; }
        public double[][]? PrecisionRecall { get; init; }
    }

    public sealed record CardCase(int[] Day, long[] Card, double[] Score, bool[] Label, Dictionary<string, double[]> Precision);
}
