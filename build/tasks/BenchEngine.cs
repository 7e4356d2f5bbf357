using System.Diagnostics;
using System.Globalization;

namespace Kiln.Build;

/// <summary>The engine itself on generated graphs and folders: the program as its users start it, beside ninja on the same graph where that is installed.</summary>
[TaskDescription("Benchmark: graphs of 1,000 and 10,000 stages, 100,000 files, 2 GiB; medians, beside ninja in the same minutes.")]
sealed class BenchEngine : Stage
{
    const int Layers = 20, Rounds = 7;
    const string NinjaProgram = "/usr/bin/ninja";

    /// <summary>Mixes the texts of two files, up to a #, into a third: quick to start, and an edit behind the # changes nothing.</summary>
    const string MixSource = """
        #include <stdio.h>
        static unsigned long h = 1469598103934665603UL;
        static int eat(const char* path) {
            FILE* file = fopen(path, "r");
            if (!file) return 1;
            for (int c; (c = getc(file)) != EOF && c != '#';) h = (h ^ (unsigned)c) * 1099511628211UL;
            return fclose(file);
        }
        int main(int count, char** arguments) {
            if (count != 4 || eat(arguments[1]) || eat(arguments[2])) return 2;
            FILE* file = fopen(arguments[3], "w");
            if (!file) return 2;
            for (int i = 0; i < 32; i++) fprintf(file, "%032lx", h + (unsigned)i);
            return fclose(file);
        }
        """;

    protected override async Task RunAsync(StageRun run)
    {
        var scratch = Directory.CreateTempSubdirectory("kiln-engine-").FullName;
        try
        {
            var mix = Path.Combine(scratch, "mix");
            File.WriteAllText(mix + ".c", MixSource);
            await CallAsync(run, scratch, "g++", "-x", "c", "-O2", mix + ".c", "-o", mix);
            foreach (var stages in new[] { 1000, 10_000 }) await GraphAsync(run, Path.Combine(scratch, $"graph{stages}"), stages, mix);
            await FilesAsync(run, Path.Combine(scratch, "files"));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    static async Task GraphAsync(StageRun run, string folder, int stages, string mix)
    {
        var (ours, theirs) = (Path.Combine(folder, "kiln"), Path.Combine(folder, "ninja"));
        foreach (var place in new[] { ours, theirs })
        {
            Directory.CreateDirectory(Path.Combine(place, "src"));
            Directory.CreateDirectory(Path.Combine(place, "out"));
            for (var i = 0; i < stages / Layers; i++) File.WriteAllText(Path.Combine(place, "src", $"{i}"), $"leaf {i}\n");
        }

        File.WriteAllText(Path.Combine(ours, "graph.json"), $$$"""{"dag":{"stages":{{{stages}}},"layers":{{{Layers}}},"mix":"{{{mix}}}"}}""");
        File.WriteAllText(Path.Combine(theirs, "build.ninja"), Ninja(stages, mix));
        async Task Pair(string what, int rounds, Action<string, int> edit)
        {
            var (kiln, ninja) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                edit(ours, round);
                edit(theirs, round);
                await Task.Delay(20, run.Cancellation); // ninja sees an edit by its time only
                kiln.Add(await TimeAsync(run, ours));
                if (File.Exists(NinjaProgram)) ninja.Add(await CallAsync(run, theirs, NinjaProgram, "--quiet"));
            }

            var ratio = ninja.Count == 0 ? "ninja is not installed" : string.Create(CultureInfo.InvariantCulture, $"ninja {BenchSpace.Median(ninja):0} ms, ratio {BenchSpace.Median(kiln) / BenchSpace.Median(ninja):0.00}");
            run.Conclude($"{stages:#,0} stages, {what}: median {BenchSpace.Median(kiln):0} ms of {rounds}, fastest {kiln.Min():0}; {ratio}");
        }

        static void Leaf(string place, string text) => File.WriteAllText(Path.Combine(place, "src/0"), text);
        await Pair("cold", 1, (_, _) => { });
        await Pair("nothing changed", Rounds, (_, _) => { });
        await Pair("one leaf edited, 230 to run", Rounds, (place, round) => Leaf(place, $"leaf 0, edit {round}\n"));
        await Pair("edited, same intermediate result", Rounds, (place, round) => Leaf(place, $"leaf 0, edit {Rounds - 1}\n#{round}"));
        await Pair("back to an earlier input", Rounds - 2, (place, round) => Leaf(place, $"leaf 0, edit {round}\n"));
    }

    static string Ninja(int stages, string mix)
    {
        var text = new System.Text.StringBuilder($"rule mix\n  command = {mix} $in $out\n");
        var width = stages / Layers;
        for (var layer = 0; layer < Layers; layer++)
            for (var i = 0; i < width; i++)
            {
                var from = layer == 0 ? "src/" : $"out/{layer - 1}_";
                text.Append(CultureInfo.InvariantCulture, $"build out/{layer}_{i}: mix {from}{i} {from}{(i + 1) % width}\n");
            }

        return text.ToString();
    }

    /// <summary>A folder of 100,000 files, and one file of 2 GiB beside one of 10,000: hashed against what OpenSSL takes for the same bytes.</summary>
    static async Task FilesAsync(StageRun run, string folder)
    {
        foreach (var (many, size, large) in new[] { (100_000, 100, 0), (10_000, 4096, 2048) })
        {
            var place = Path.Combine(folder, $"{many}");
            for (var i = 0; i < many; i++)
            {
                if (i % 1000 == 0) Directory.CreateDirectory(Path.Combine(place, "data", $"{i / 1000}"));
                File.WriteAllText(Path.Combine(place, "data", $"{i / 1000}", $"{i}"), $"{i}".PadRight(size));
            }

            using (var file = File.Create(Path.Combine(place, "large")))
                for (var i = 0; i < large; i++) file.Write(new byte[1 << 20]);
            File.WriteAllText(Path.Combine(place, "graph.json"), """
                {"stages":[{"name":"many","reads":["data/"],"writes":["out/many"],"command":["sh","-c","ls data | wc -l > out/many"]},
                           {"name":"large","reads":["large"],"writes":["out/large"],"command":["sh","-c","head -c 1024 large > out/large"]}]}
                """);
            var name = $"{many:#,0} files{(large > 0 ? " and one of 2 GiB" : "")}";
            var bound = await CallAsync(run, place, "sh", "-c", "openssl sha256 large > /dev/null & find data -type f -print0 | xargs -0 -n 10000 openssl sha256 > /dev/null; wait");
            var first = await TimeAsync(run, place);
            run.Conclude($"{name}, first run: {first:0} ms; openssl over the cores {bound:0} ms, ratio {first / bound:0.00}");
            var (looked, nothing, one) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                looked.Add(await TimeAsync(run, place));
                nothing.Add(await TimeAsync(run, place));
                File.WriteAllText(Path.Combine(place, "data/0/0"), $"changed {round}");
                one.Add(await TimeAsync(run, place));
            }

            foreach (var path in Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories).Where(path => !path.Contains("/.kiln/", StringComparison.Ordinal))) File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            var touched = await TimeAsync(run, place);
            run.Conclude($"{name}: nothing changed, median {BenchSpace.Median(nothing):0} ms, {BenchSpace.Median(looked):0} in the first start after a change; one changed, median {BenchSpace.Median(one):0} ms; all touched {touched:0} ms");
        }
    }

    static Task<double> TimeAsync(StageRun run, string place) => CallAsync(run, place, Environment.ProcessPath!, "--working", place, "--pipeline", "peers", "--verbosity", "minimal");

    /// <summary>How long a program takes, in milliseconds.</summary>
    static async Task<double> CallAsync(StageRun run, string folder, string program, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync(run.Cancellation);
        await process.WaitForExitAsync(run.Cancellation);
        return process.ExitCode == 0 ? clock.Elapsed.TotalMilliseconds
            : throw new KilnException("A benchmark's run failed:", [("program", program), ("exit code", process.ExitCode.ToString()), ("printed", printed)], "");
    }
}
