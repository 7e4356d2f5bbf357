using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>Pages whose names try to become markup.</summary>
static class Hostile
{
    public const string Name = "</script><script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\"> & 'quoted' {{card}}";

    public static ModelCard ModelCard() => Some.ModelCard() with
    {
        Name = Name,
        Summary = Name,
        Features = [new(Name, Name)],
        Settings = [new(Name, Name)],
        Training = Some.ModelCard().Training with { Loss = Name, Metric = "<!--<script>" },
    };

    public static EvaluationPage EvaluationPage() => Some.EvaluationPage() with
    {
        Name = Name,
        ThresholdRule = Name,
        Metrics = [new(Name, 0.5, Name)],
        References = new() { Source = Name, Metrics = [Name], Rows = [new(Name, [0.5])] },
        Graph = new() { Nodes = [new() { Name = Name, State = StageState.Ran, Seconds = 1, Reason = Name, Partitions = 1 }], Edges = [] },
        Timeline = new() { Bars = [new() { Stage = Name, From = 0, To = 1, State = StageState.Ran }] },
        Provenance = Some.ModelCard().Provenance with { Commit = Name, Branch = Name, Environment = [new(Name, Name)], Reproduce = Name },
    };
}
