namespace Kiln.Running;

/// <summary>How a plan is to be run.</summary>
/// <param name="Jobs">How many stages may run at once.</param>
/// <param name="Force">Whether the targets run whatever is known of them.</param>
/// <param name="KeepGoing">Whether stages that do not need a failed one still run.</param>
/// <param name="Exclusive">Whether only the targets run, on what their needs made before.</param>
sealed record RunOptions(int Jobs, bool Force, bool KeepGoing, bool Exclusive);
