using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>Pages whose names try to become markup.</summary>
static class Hostile
{
    public const string Name = "</script><script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\"> & 'quoted' {{card}}";

    static readonly TestResults Results = new TestResults.OfTwoClasses(((TestResults.OfTwoClasses)Some.ModelCard().Results).Evaluation, Name);

    static readonly PageSection Section = new()
    {
        Id = "hostile",
        Heading = Name,
        Lead = Name,
        Metrics = [new(Name, 0.5, Name)],
        Facts = [new(Name, Name)],
        Tables = [new() { Caption = Name, Columns = [new("a", Name, ColumnFormat.Text), new("b", Name, ColumnFormat.Code)], Rows = [[Name, Name]] }],
    };

    public static ModelCard ModelCard() => Some.ModelCard() with
    {
        Words = Some.Words with { Name = Name, Purpose = Name, Owners = [Name], Limits = [Name], License = Name, Tags = [Name, "a: b\n- c # d"] },
        Features = [new(Name, Name), new("a`b``c|d", "_e_ *f* [g](h)")],
        Settings = [new(Name, Name)],
        Metrics = [new(Name, 0.5, Name)],
        Results = Results,
        Sections = [Section],
        Training = [Some.ModelCard().Training[0] with { Name = Name, Loss = Name, Metric = "<!--<script>" }],
        Provenance = Some.ModelCard().Provenance with { Reproduce = "```\n# not a heading\n```" },
    };

    public static EvaluationPage EvaluationPage() => Some.EvaluationPage() with
    {
        Name = Name,
        Results = Results,
        Curves = SomeCurves.Named(Name),
        Sections = [.. Some.EvaluationPage().Sections, Section],
        Metrics = [new(Name, 0.5, Name)],
        References = new() { Source = Name, Metrics = [Name], Rows = [new(Name, [0.5])] },
        Graph = new() { Nodes = [new() { Name = Name, State = StageState.Ran, Seconds = 1, Reason = Name, Partitions = 1 }], Edges = [] },
        Timeline = new() { Bars = [new() { Stage = Name, From = 0, To = 1, State = StageState.Ran }] },
        Provenance = Some.ModelCard().Provenance with { Commit = Name, Branch = Name, Environment = [new(Name, Name)], Reproduce = Name },
    };
}
