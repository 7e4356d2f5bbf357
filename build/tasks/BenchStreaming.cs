using System.Globalization;

namespace Kiln.Build;

/// <summary>One epoch over ten million rows of 50 columns on disk, beside rows in memory: the rate, and the most memory of the process.</summary>
[TaskDescription("Benchmark: training from 10,000,000 rows in Parquet, beside rows in memory (2 GiB of disk, 5 GiB of memory).")]
sealed class BenchStreaming : Stage
{
    const int Rounds = 3;
    const int Files = 10;
    const int ResidentFiles = 4;

    protected override async Task RunAsync(StageRun run)
    {
        var folder = Directory.CreateTempSubdirectory("kiln-bench-").FullName;
        try
        {
            await LearningPeer.BuildAsync(run.Cancellation);
            await LearningPeer.AskAsync(["write", folder, (Files * 1_000_000).ToString(CultureInfo.InvariantCulture)], run.Cancellation);
            var (ratios, rates, peaks) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                var (streamed, peak) = await AskAsync("stream", Files);
                var (resident, _) = await AskAsync("resident", ResidentFiles);
                run.Note($"{streamed:#,0} rows/s from disk, {resident:#,0} from memory, at most {peak / (1 << 20):#,0} MiB");
                ratios.Add(streamed / resident);
                rates.Add(streamed);
                peaks.Add(peak);
            }
            run.Conclude($"10,000,000 rows of 50 columns from Parquet, 50-64-64-64-1, batch 512: {BenchSpace.Median(rates):#,0} rows/s, {BenchSpace.Median(ratios):0.00} of the rate in memory (pairs {ratios.Min():0.00} to {ratios.Max():0.00})");
            run.Conclude($"the most memory of the process, fitting the preparation included: {peaks.Max() / (1 << 20):#,0} MiB");

            async Task<(double Rate, double Peak)> AskAsync(string way, int files)
            {
                var answer = (await LearningPeer.AskAsync([way, folder, files.ToString(CultureInfo.InvariantCulture)], run.Cancellation)).Split(' ');
                return (double.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
