using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Kiln.XGBoost;

// bench.py writes a line a request: "train", "score", "matrix" (scores as a matrix) or "row". The answer: "<wall seconds> <CPU seconds>
// <digest>", where the digest is of the trees' dump or of the scores' bytes. peer.py does the same.
var (values, labels, columns) = (Read(args[0]), Read(args[1]), int.Parse(args[2]));
var settings = new BoosterSettings { Rounds = int.Parse(args[3]), Threads = int.Parse(args[4]), MaxDepth = 6, TreeMethod = TreeMethod.Hist };
Booster? booster = null;
while (Console.ReadLine() is { } request)
{
    var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
    var (wall, busy, bytes) = request switch
    {
        "train" => Train(),
        "score" => Taken(Bytes(booster!.Predict(values, columns).Values)),
        "matrix" => ScoreMatrix(),
        _ => ScoreRows(),
    };
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wall:F9} {busy:F9} {Convert.ToHexStringLower(SHA256.HashData(bytes))}"));

    (double, double, byte[]) Taken(byte[] made, int parts = 1) =>
        (watch.Elapsed.TotalSeconds / parts, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / parts, made);

    (double, double, byte[]) Train()
    {
        booster?.Dispose();
        using var matrix = new DMatrix(values, columns, new() { Labels = labels, Threads = settings.Threads });
        booster = Booster.Train(settings, matrix).Booster;
        var taken = Taken([]);
        return taken with { Item3 = Encoding.UTF8.GetBytes(string.Join('\n', booster.Dump(statistics: true))) };
    }

    (double, double, byte[]) ScoreMatrix()
    {
        using var matrix = new DMatrix(values, columns, new() { Threads = settings.Threads });
        return Taken(Bytes(booster!.Predict(matrix).Values));
    }

    (double, double, byte[]) ScoreRows()
    {
        const int rows = 2000;
        var scores = new float[rows];
        for (var row = 0; row < rows; row++) booster!.Score(values.AsSpan(row * columns, columns), columns, scores.AsSpan(row, 1));
        return Taken(Bytes(scores), rows);
    }
}

static byte[] Bytes(float[] scores) => MemoryMarshal.AsBytes(scores.AsSpan()).ToArray();

static float[] Read(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path).AsSpan()).ToArray();
