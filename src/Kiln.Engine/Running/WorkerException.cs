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
        [known.What, known.Message, (long)known.ExitCode, error.ToString(), isTransient ? 1L : 0L];

    /// <summary>What a worker told of, with what it was refused: that often explains it.</summary>
    public static WorkerException Of(JsonElement[] words, LaunchReport report)
    {
        var message = string.Concat([words[2].GetString(), .. SandboxErrors.Refused(report).Select(fact => $"\n  {fact.Item1,-7}  {fact.Item2}")]);
        return new WorkerException(words[1].GetString()!, message, (ExitCode)words[3].GetInt64(), words[4].GetString()!) { IsTransient = words[5].GetInt64() == 1 };
    }

    public override string ToString() => Message + "\n" + details;
}
