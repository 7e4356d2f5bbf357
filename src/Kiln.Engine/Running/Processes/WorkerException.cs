using System.Text.Json;

namespace Kiln.Running;

/// <summary>An error that a worker told of: its words, its exit code, and for diagnosis where it was thrown.</summary>
sealed class WorkerException(string what, string message, ExitCode exitCode, string details) : KilnException(what, message)
{
    public override ExitCode ExitCode => exitCode;

    /// <summary>Whether the stage says that it may pass.</summary>
    public bool IsTransient { get; private init; }

    /// <summary>The values of <see cref="WorkerWord.Failed"/>.</summary>
    public static object[] Values(KilnException known, Exception error, bool isTransient) =>
        [known.What, known.Message[..^known.Next.Length].TrimEnd('\n'), known.Next, (long)known.ExitCode, error.ToString(), isTransient ? 1L : 0L];

    /// <summary>What a worker told of, with what it was refused: that often explains it, and what there is to do then is another thing.</summary>
    public static WorkerException Of(JsonElement[] words, LaunchReport report, Stage stage)
    {
        var facts = SandboxErrors.Refused(report).Select(fact => $"  {fact.Item1,-7}  {fact.Item2}");
        string[] advice = [.. SandboxErrors.Advice(report, stage)];
        var next = words[3].GetString()!;
        if (next.Length > 0 && (advice.Length == 0 || next != RunErrors.MakeAccessible)) advice = [next, .. advice];
        var message = string.Join('\n', facts.Prepend(words[2].GetString()!).Concat(advice));
        return new WorkerException(words[1].GetString()!, message, (ExitCode)words[4].GetInt64(), words[5].GetString()!) { IsTransient = words[6].GetInt64() == 1 };
    }

    public override string ToString() => Message + "\n" + details;
}
