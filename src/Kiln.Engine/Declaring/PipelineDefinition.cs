namespace Kiln;

/// <summary>A pipeline as the host knows it before its settings are read.</summary>
/// <param name="Name">Its name for <c>--pipeline</c>.</param>
/// <param name="Declare">Adds its stages, upstream first.</param>
public sealed record PipelineDefinition(string Name, Action<PipelineBuilder> Declare)
{
    /// <summary>The folder with settings.yaml and pipeline.lock, relative to the workspace; null for tasks that have neither.</summary>
    public string? Folder { get; init; } = "pipelines/" + Name;
}
