using System.Diagnostics;

namespace Kiln.Build;

/// <summary>Runs a program in the repository's root and hands its lines on as they come.</summary>
static class Shell
{
    public static async Task<int> RunAsync(string program, IEnumerable<string> arguments, Action<string> line, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.OutputDataReceived += (_, received) => Hand(received.Data);
        process.ErrorDataReceived += (_, received) => Hand(received.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;

        void Hand(string? text)
        {
            if (text is not null) line(text);
        }
    }
}
