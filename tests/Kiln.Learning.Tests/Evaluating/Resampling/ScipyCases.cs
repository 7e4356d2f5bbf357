using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Evaluating.Resampling;

/// <summary>The answers of scipy, made by scipy-bootstrap.py.</summary>
sealed record ScipyCases(string MadeWith, int Seed, int Resamples, ScipyCases.Case[] Cases, double[][] Normal)
{
    public static ScipyCases All { get; } = JsonSerializer.Deserialize<ScipyCases>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Evaluating", "Resampling", "scipy-bootstrap.json")),
        JsonSerializerOptions.Web)!;

    public sealed record Case(string Name, double Estimate, double Error, double Bias, double Acceleration)
    {
        public double[] Values { get; init; } = [];
        public int[] Clusters { get; init; } = [];
        public bool[] Labels { get; init; } = [];
        public double[] Scores { get; init; } = [];
        public double[] Other { get; init; } = [];

        /// <summary>The statistic in the first resamples.</summary>
        public double[] First { get; init; } = [];

        /// <summary>Confidence, lower and upper end of intervals of our resamples.</summary>
        public double[][] Intervals { get; init; } = [];

        /// <summary>The interval of scipy's own 9,999 resamples, with a confidence of 0.95.</summary>
        public double[] Own { get; init; } = [];

        public (Statistic Statistic, ResamplingUnits Units) Make() => Name switch
        {
            "mean" => (Some.Mean(Values), ResamplingUnits.OfRows(Values.Length)),
            "mean of clusters" => (Some.Mean(Values), ResamplingUnits.OfClusters(Clusters)),
            "root mean square" => (weights => Math.Sqrt(Some.Mean([.. Values.Select(value => value * value)])(weights)), ResamplingUnits.OfRows(Values.Length)),
            "average precision" => (Metric.Parse(Name).Over(JudgedRows.Of(Scores, Labels)), ResamplingUnits.OfRows(Scores.Length)),
            "average precision within classes" => (Metric.Parse("average precision").Over(JudgedRows.Of(Scores, Labels)), ResamplingUnits.OfRows(Scores.Length).Within(Labels)),
            "difference of AUC ROC" => (
                Bootstrap.Difference(Metric.Parse("AUC ROC").Over(JudgedRows.Of(Scores, Labels)), Metric.Parse("AUC ROC").Over(JudgedRows.Of(Other, Labels))),
                ResamplingUnits.OfRows(Scores.Length)),
            _ => throw new InvalidOperationException($"unknown case: {Name}"),
        };
    }
}
