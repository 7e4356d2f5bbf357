using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Kiln;

/// <summary>What reflection tells of a stage's class, read once per class.</summary>
sealed class StageShape
{
    static readonly ConcurrentDictionary<Type, StageShape> Known = new();

    readonly Type _type;
    Execution? _execution;
    bool? _isOnDemand;

    StageShape(Type type)
    {
        _type = type;
        TaskName = type.GetCustomAttribute<TaskNameAttribute>()?.Name ?? type.Name;
        Description = type.GetCustomAttribute<TaskDescriptionAttribute>()?.Description ?? "";
        ContinuesOnError = type.IsDefined(typeof(ContinueOnErrorAttribute));
        RunsAfter = [.. type.GetCustomAttributes<IsDependentOnAttribute>().Select(attribute => attribute.Stage)];
        RunsBefore = [.. type.GetCustomAttributes<IsDependeeOfAttribute>().Select(attribute => attribute.Stage)];
        EnvironmentNames = !type.IsDefined(typeof(UsesEnvironmentAttribute)) ? [] : [.. type.GetCustomAttributes<UsesEnvironmentAttribute>().SelectMany(attribute => attribute.Names).Distinct().Order(StringComparer.Ordinal)];
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .OrderBy(property => property.Name, StringComparer.Ordinal).ToList();
        InputProperties = [.. properties.Where(property => IsInput(property.PropertyType))];
        OutputProperties = [.. properties.Where(property => IsOutput(property.PropertyType))];
    }

    public string TaskName { get; }

    public string Description { get; }

    public bool ContinuesOnError { get; }

    public bool IsOnDemand => _isOnDemand ??= _type.IsDefined(typeof(OnDemandAttribute), inherit: true);

    public bool IsNonDeterministic => _type.IsDefined(typeof(NonDeterministicAttribute));

    /// <summary>Read when a stage is to work, not before: a run with nothing to do does not pay for it.</summary>
    public Execution Execution => _execution ??= ExecutionOf(_type);

    /// <summary>Null where the class leaves it to the run. Read when a stage is to work, as all that does not change what it makes.</summary>
    public bool? IsSandboxed => _type.IsDefined(typeof(SandboxedAttribute), inherit: true) ? true : _type.IsDefined(typeof(UnsandboxedAttribute), inherit: true) ? false : null;

    public bool UsesNetwork => _type.IsDefined(typeof(UsesNetworkAttribute), inherit: true);

    public ImmutableArray<string> EnvironmentNames { get; }

    public ImmutableArray<Type> RunsAfter { get; }

    public ImmutableArray<Type> RunsBefore { get; }

    ImmutableArray<PropertyInfo> InputProperties { get; }

    ImmutableArray<PropertyInfo> OutputProperties { get; }

    public static StageShape Of(Type type) => Known.GetOrAdd(type, static type => new StageShape(type));

    /// <summary>The stage's inputs with the names of the properties that hold them, in the order of those names.</summary>
    public IEnumerable<(string Role, Input Input)> InputsOf(Stage stage)
    {
        foreach (var property in InputProperties)
            switch (property.GetValue(stage, BindingFlags.DoNotWrapExceptions, null, null, null))
            {
                case Input one:
                    yield return (property.Name, one);
                    break;
                case IInputs many:
                    foreach (var input in many.All) yield return (property.Name, input);
                    break;
                case IEnumerable<Input> several:
                    foreach (var input in several) yield return (property.Name, input);
                    break;
            }
    }

    /// <summary>The stage's outputs with the names of the properties that hold them, in the order of those names.</summary>
    public IEnumerable<(string Role, Output Output)> OutputsOf(Stage stage)
    {
        foreach (var property in OutputProperties)
            switch (property.GetValue(stage, BindingFlags.DoNotWrapExceptions, null, null, null))
            {
                case Output one:
                    yield return (property.Name, one);
                    break;
                case IEnumerable<Output> several:
                    foreach (var output in several) yield return (property.Name, output);
                    break;
            }
    }

    static Execution ExecutionOf(Type type)
    {
        var needs = type.GetCustomAttribute<NeedsAttribute>() ?? new NeedsAttribute();
        var retry = type.GetCustomAttribute<RetryAttribute>() ?? new RetryAttribute(0);
        var timeout = type.GetCustomAttribute<TimeoutAttribute>();
        return new Execution
        {
            Cpus = needs.Cpus,
            MemoryGiB = needs.MemoryGiB,
            Gpus = needs.Gpus,
            Tokens = !type.IsDefined(typeof(TokenAttribute)) ? ImmutableSortedDictionary<string, int>.Empty
                : type.GetCustomAttributes<TokenAttribute>().ToImmutableSortedDictionary(token => token.Name, token => token.Count, StringComparer.Ordinal),
            Retries = retry.Times,
            Pause = TimeSpan.FromSeconds(retry.PauseSeconds),
            Timeout = timeout?.After,
            Grace = TimeSpan.FromSeconds(timeout?.GraceSeconds ?? 10),
        };
    }

    static bool IsInput(Type type) =>
        typeof(Input).IsAssignableFrom(type) || typeof(IInputs).IsAssignableFrom(type) || typeof(IEnumerable<Input>).IsAssignableFrom(type);

    static bool IsOutput(Type type) => typeof(Output).IsAssignableFrom(type) || typeof(IEnumerable<Output>).IsAssignableFrom(type);
}
