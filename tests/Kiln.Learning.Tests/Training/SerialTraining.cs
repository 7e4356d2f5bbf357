namespace Kiln.Tests.Learning.Training;

/// <summary>libtorch's generators belong to the process: tests that draw from them must not meet tests that count on them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SerialTraining
{
    public const string Name = "training";
}
