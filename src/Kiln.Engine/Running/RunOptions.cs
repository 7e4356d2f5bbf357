namespace Kiln.Running;

/// <summary>How a plan is to be run.</summary>
/// <param name="Jobs">How many CPUs stages may keep busy; a stage takes one unless it says otherwise.</param>
/// <param name="Force">Whether the targets run whatever is known of them.</param>
/// <param name="KeepGoing">Whether stages that do not need a failed one still run.</param>
/// <param name="Exclusive">Whether only the targets run, on what their needs made before.</param>
/// <param name="Tokens">How many of each named token there are.</param>
sealed record RunOptions(int Jobs, bool Force, bool KeepGoing, bool Exclusive, IReadOnlyDictionary<string, int> Tokens);
