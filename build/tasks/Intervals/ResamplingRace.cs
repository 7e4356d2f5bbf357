using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;

namespace Kiln.Build.Intervals;

/// <summary>1,000 paired resamples of average precision on as many rows and positives as the published fraud data's test week, beside Python, in turn.</summary>
static class ResamplingRace
{
    const int Rows = 58_264;
    const int Positives = 385;
    const int Resamples = 1_000;
    const int PeerResamples = 40;
    const int Rounds = 3;
    const double MostSeconds = 5;

    /// <summary>Runs both; the line says what they took.</summary>
    /// <exception cref="KilnException">Python failed, or has other estimates.</exception>
    public static async Task<(bool Reached, string Line)> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("kiln-bench-").FullName;
        try
        {
            var world = new ScoredWorld { Rows = Rows, PositiveShare = (double)Positives / Rows, Shift = 3.2, OtherShift = 3.1, IsStratified = true };
            var (one, other, _) = world.Draw(new Random(1));
            File.WriteAllBytes(Path.Combine(folder, "one.bin"), MemoryMarshal.AsBytes(one.Answers.Span));
            File.WriteAllBytes(Path.Combine(folder, "other.bin"), MemoryMarshal.AsBytes(other.Answers.Span));
            File.WriteAllBytes(Path.Combine(folder, "labels.bin"), [.. one.Labels.ToArray().Select(label => (byte)label)]);
            var metric = Metric.Parse("average precision");
            var bootstrap = new Bootstrap { Resamples = Resamples };
            var (seconds, scikitLearn, numpy) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                var clock = Stopwatch.StartNew();
                // Ordering the rows counts too, and so does the jackknife.
                bootstrap.Run(Bootstrap.Difference(metric.Over(one), metric.Over(other)), ResamplingUnits.OfRows(Rows), cancellation);
                seconds.Add(clock.Elapsed.TotalSeconds);
                var peer = await PeerAsync(folder, cancellation);
                Compare([metric.Of(one), metric.Of(other)], peer["estimates"]);
                scikitLearn.Add(peer["scikit-learn"][0] * Resamples / seconds[^1]);
                numpy.Add(peer["numpy"][0] * Resamples / seconds[^1]);
            }
            var taken = BenchSpace.Median(seconds);
            return (taken <= MostSeconds, $"{Resamples:#,0} paired resamples of average precision, {Rows:#,0} rows, {Positives} positives, acceleration included: {taken:0.00} s; "
                + $"scikit-learn {BenchSpace.Median(scikitLearn):0} times as long (pairs {scikitLearn.Min():0} to {scikitLearn.Max():0}), numpy sorted once {BenchSpace.Median(numpy):0.0} times ({numpy.Min():0.0} to {numpy.Max():0.0}); "
                + $"wanted {MostSeconds} s: {(taken <= MostSeconds ? "reached" : "NOT reached")}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<Dictionary<string, double[]>> PeerAsync(string folder, CancellationToken cancellation)
    {
        var lines = new List<string>();
        string[] arguments = ["tests/peers/resampling/resampling.py", folder, PeerResamples.ToString(CultureInfo.InvariantCulture)];
        if (await Shell.RunAsync("/usr/bin/python3", arguments, lines.Add, cancellation) != 0)
            throw new KilnException("The scikit-learn peer failed:", [("printed", string.Join('\n', lines))], "Install python3-sklearn.");
        return lines.Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1..].Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray());
    }

    static void Compare(double[] found, double[] expected)
    {
        for (var i = 0; i < found.Length; i++)
        {
            if (!(Math.Abs(found[i] - expected[i]) <= 1e-12))
                throw new KilnException("Kiln and scikit-learn do not agree on the average precision:", [("Kiln", $"{found[i]:R}"), ("scikit-learn", $"{expected[i]:R}")], "Look at the metric.");
        }
    }
}
