using System.Text.Json;
using Kiln.Build;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Evaluating;

/// <summary>The answers of scikit-learn and scipy, made by scikit-learn-metrics.py.</summary>
sealed record ScikitLearnMetrics(string MadeWith, ScikitLearnMetrics.Judged[] Metrics, ScikitLearnMetrics.Calibrated[] Calibrations)
{
    public static ScikitLearnMetrics All { get; } = JsonSerializer.Deserialize<ScikitLearnMetrics>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Evaluating", "scikit-learn-metrics.json")), MetricCase.Json)!;

    public sealed record Judged(MetricCase Case, Dictionary<string, PeerAnswer> Answers);

    public sealed record Calibrated(double[] Scores, double[] Labels, double[]? Weights, PlattFit Platt, IsotonicFit Isotonic, double? Temperature, double[] Shares, double[] Several, double? SeveralTemperature);

    public sealed record PlattFit(double ScikitSlope, double ScikitIntercept, double Slope, double Intercept);

    public sealed record IsotonicFit(double[] Scores, double[] Values, double[] Asked, double[] Answered);
}
