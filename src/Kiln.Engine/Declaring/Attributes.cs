namespace Kiln;

/// <summary>Names a stage; without it, the class's name is the stage's.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TaskNameAttribute(string name) : Attribute
{
    /// <summary>The stage's name.</summary>
    public string Name => name;
}

/// <summary>Says in one line what a stage does, for <c>--description</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TaskDescriptionAttribute(string description) : Attribute
{
    /// <summary>The line.</summary>
    public string Description => description;
}

/// <summary>Runs this stage after another, without data passing between them.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependentOnAttribute(Type stage) : Attribute
{
    /// <summary>The stage that comes first.</summary>
    public Type Stage => stage;
}

/// <summary>Runs this stage before another, without data passing between them.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependeeOfAttribute(Type stage) : Attribute
{
    /// <summary>The stage that comes after.</summary>
    public Type Stage => stage;
}

/// <summary>A failure of this stage is reported, and neither stops the run nor fails it; what needs its outputs is skipped.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ContinueOnErrorAttribute : Attribute;

/// <summary>
/// The same inputs may give other bytes: the stage calls a service, reads a clock, or sums on a GPU. <c>verify --rebuild</c> does not hold it
/// to its stored result, and runs say so.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NonDeterministicAttribute : Attribute;

/// <summary>
/// Runs this stage in a sandbox whatever the run's default: in a process of its own that can read what the stage declares, write its outputs
/// and scratch, and open no network.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SandboxedAttribute : Attribute;

/// <summary>Never runs this stage in a sandbox.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UnsandboxedAttribute(string why) : Attribute
{
    /// <summary>Why it cannot be.</summary>
    public string Why => why;
}

/// <summary>Lets this stage open network connections in a sandbox.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UsesNetworkAttribute : Attribute;

/// <summary>Names environment variables that this stage reads: their values are part of its fingerprint, and a sandbox passes them on.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class UsesEnvironmentAttribute(params string[] names) : Attribute
{
    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names => names;
}

/// <summary>Leaves a field or property of a stage out of its fingerprint: it must not change what the stage writes.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NotFingerprintedAttribute : Attribute;

/// <summary>The section of <c>settings.yaml</c> a record is bound from; without it, <c>TrainSettings</c> is bound from <c>train</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SettingsSectionAttribute(string name) : Attribute
{
    /// <summary>The section's key.</summary>
    public string Name => name;
}
