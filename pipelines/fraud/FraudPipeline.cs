using System.Collections.Immutable;

namespace Kiln.Pipelines.Fraud;

/// <summary>Card-fraud detection: from daily transactions to a scored, documented classifier.</summary>
public static class FraudPipeline
{
    /// <summary>The pipeline, for the host.</summary>
    public static PipelineDefinition Definition { get; } = new("fraud", Declare);

    static void Declare(PipelineBuilder pipeline)
    {
        var days = SourceDays(pipeline);
        pipeline.AddPartitions(days.Keys, day => new Ingest(day, days[day]));
        pipeline.Add<Features>();
        pipeline.Add<Split>();
        pipeline.Add<Train>();
        pipeline.Add<Evaluate>();
        pipeline.Add<Report>();
    }

    /// <summary>Each day's CSV: simulated, or found in the folder that <c>source.path</c> names.</summary>
    static ImmutableSortedDictionary<DateOnly, Input<PlainFile>> SourceDays(PipelineBuilder pipeline)
    {
        var source = pipeline.Settings<SourceSettings>();
        var simulation = pipeline.Settings<SimulateSettings>();
        if (source.Path is { } folder)
            return SourceFolder.Days(Path.GetFullPath(folder, pipeline.Workspace), pipeline.FilesIn(folder), source.AllowMissingDays)
                .ToImmutableSortedDictionary(day => day.Key, day => Input<PlainFile>.Source(day.Value));

        var simulated = pipeline.AddPartitions<Simulate, DateOnly>(Simulation.Days(simulation));
        return Simulation.Days(simulation).ToImmutableSortedDictionary(day => day, day => Input<PlainFile>.From(simulated.Of(day).Transactions));
    }
}
