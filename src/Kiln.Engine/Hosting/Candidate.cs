namespace Kiln.Hosting;

/// <summary>A pipeline that a request may mean.</summary>
/// <param name="Definition">The pipeline.</param>
/// <param name="Declared">It as the request wants it; null where that is wrong.</param>
/// <param name="Wrong">What is wrong with it.</param>
/// <param name="Without">It without the request's settings, where those are wrong, or with the defaults alone; null where it cannot be declared at all.</param>
/// <param name="IsFileSound">Whether it can be declared without the request's settings.</param>
sealed record Candidate(PipelineDefinition Definition, Declared? Declared, UsageException? Wrong = null, Declared? Without = null, bool IsFileSound = true)
{
    /// <summary>What is known of its stages, whether the request's settings are right or not.</summary>
    public Declared? Known => Declared ?? Without;
}
