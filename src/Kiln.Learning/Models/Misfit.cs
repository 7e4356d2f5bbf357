namespace Kiln.Learning.Models;

/// <summary>A setting that does not go with what is learned.</summary>
/// <param name="Setting">The setting, by its path below the model's.</param>
/// <param name="Reason">Why not.</param>
readonly record struct Misfit(string Setting, string Reason)
{
    /// <summary>The same, seen from the section around.</summary>
    public Misfit Under(string section) => this with { Setting = $"{section}.{Setting}" };
}
