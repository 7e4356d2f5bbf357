using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>A model card whose every name tries to become markup.</summary>
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
}
