using System.Globalization;
using Kiln.Torch;

switch (args)
{
    case ["write", var folder, var rows]: Streaming.Write(folder, int.Parse(rows, CultureInfo.InvariantCulture)); break;
    case ["stream", var folder, var files]: Streaming.Train(folder, int.Parse(files, CultureInfo.InvariantCulture), resident: false); break;
    case ["resident", var folder, var files]: Streaming.Train(folder, int.Parse(files, CultureInfo.InvariantCulture), resident: true); break;
    case ["serve", var folder, var device, var tf32]: Serve(folder, device, tf32 == "tf32"); break;
    case ["memory"]: return Training.Memory();
    default: Console.Error.WriteLine("write|stream|resident FOLDER NUMBER, serve FOLDER DEVICE tf32|single, memory"); return 2;
}
return 0;

// bench.py writes one line a request, and waits for one line of answer.
static void Serve(string folder, string device, bool tf32)
{
    TorchRuntime.AllowTf32 = tf32;
    using var scoring = new Lazily<Scoring>(() => new Scoring(folder));
    while (Console.ReadLine() is { } line)
        Console.WriteLine(line.Split(' ') switch
        {
            ["make", var network, var rows] => Training.Make(folder, network, int.Parse(rows, CultureInfo.InvariantCulture)),
            [var way and ("plain" or "graphs" or "deterministic"), var network, var batch] => Training.Epoch(way, network, int.Parse(batch, CultureInfo.InvariantCulture), device),
            ["rows"] => scoring.Value.Rows(),
            ["row"] => scoring.Value.OneRow(),
            _ => throw new InvalidOperationException($"unknown request: {line}"),
        });
}

/// <summary>Made when it is first asked for, disposed where it was.</summary>
sealed class Lazily<T>(Func<T> make) : IDisposable
    where T : class, IDisposable
{
    T? made;

    public T Value => made ??= make();

    public void Dispose() => made?.Dispose();
}
