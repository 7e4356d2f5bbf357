namespace Kiln.Tests;

/// <summary>Tests that set the process's variables: they run one after another, when the others have ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
