namespace Kiln.Running;

/// <summary>The GPUs that this process sees: those a variable of CUDA names, or all. A stage is given places among them.</summary>
static class VisibleGpus
{
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>What the variable names, up to the first that is none; null where it is not set.</summary>
    static string[]? Declared => Environment.GetEnvironmentVariable(Variable)?
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeWhile(device => device != "-1").ToArray();

    public static int Count() => Declared?.Length
        ?? Directory.EnumerateFiles("/dev", "nvidia*").Count(device => device["/dev/nvidia".Length..] is { Length: > 0 } number && number.All(char.IsAsciiDigit));

    /// <summary>The variable's value that shows a program these places alone.</summary>
    public static string Named(IEnumerable<int> places) => Declared is { } names ? string.Join(',', places.Select(place => names[place])) : string.Join(',', places);
}
