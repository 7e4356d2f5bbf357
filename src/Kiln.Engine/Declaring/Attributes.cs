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

/// <summary>Leaves a stage out of a run that names no target: it runs where it is named, or what needs it is.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnDemandAttribute : Attribute;

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

/// <summary>
/// Names environment variables that this stage reads: their values are part of its fingerprint, and a sandbox passes them on. They stand as they
/// are in results, in the ledger and in <c>pipeline.lock</c>: name none that holds a secret.
/// </summary>
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

/// <summary>
/// Pins code by hand. On a stage, its results depend on this version and not on what its code says: raise it when they are to be made anew.
/// On another class or method, stages that reach it depend on this version in place of it and of all it calls.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method | AttributeTargets.Constructor, Inherited = false)]
public sealed class CodeVersionAttribute(string version) : Attribute
{
    /// <summary>The version.</summary>
    public string Version => version;
}

/// <summary>
/// Says that a method, or a class, runs code of another class that it finds by other means than a reference, such as by reflection:
/// stages that reach the one depend on all of the other.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method | AttributeTargets.Constructor, AllowMultiple = true, Inherited = false)]
public sealed class UsesCodeAttribute(Type type) : Attribute
{
    /// <summary>The class whose code is run.</summary>
    public Type Type => type;
}

/// <summary>
/// Says that a class calls into a native library: stages that reach it depend on the library's bytes.
/// </summary>
/// <param name="path">The library's path below <c>.kiln/tools</c>.</param>
/// <param name="variable">The environment variable that names another file.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class UsesLibraryAttribute(string path, string variable) : Attribute
{
    /// <summary>The library's path below <c>.kiln/tools</c>.</summary>
    public string Path => path;

    /// <summary>The environment variable that names another file.</summary>
    public string Variable => variable;
}
