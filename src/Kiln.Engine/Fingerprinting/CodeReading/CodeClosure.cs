using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Everything a stage's class can reach in the solution. Methods are followed by reference; a virtual call leads to the overrides in types
/// that the closure names (rapid type analysis), and what code outside the solution may call in such a type is reached with it.
/// </summary>
sealed class CodeClosure
{
    readonly CodeUnits _units;
    readonly CodeType? _stage;
    readonly HashSet<CodeType> _ownLine;
    readonly HashSet<CodeReference> _seen = [];
    readonly Queue<CodeReference> _open = new();
    readonly Dictionary<string, CodePart> _parts = new(StringComparer.Ordinal);
    readonly Dictionary<CodeType, List<CodeMethod>> _calledOn = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<CodeType, List<CodeType>> _derived = new(ReferenceEqualityComparer.Instance);
    readonly HashSet<CodeModule> _modules = new(ReferenceEqualityComparer.Instance);

    CodeClosure(CodeUnits units, CodeType? stage)
    {
        (_units, _stage) = (units, stage);
        _ownLine = stage is null ? [] : Ancestry.Of(stage);
    }

    public SortedSet<string> Assemblies { get; } = new(StringComparer.Ordinal);

    public HashSet<UsedLibrary> Libraries { get; } = [];

    /// <summary>Where code is found by other means than a reference, a sentence each.</summary>
    public SortedSet<string> Unfollowed { get; } = new(StringComparer.Ordinal);

    /// <summary>What is called that may look at more than the program's own files, by name.</summary>
    public SortedSet<string> Outside { get; } = new(StringComparer.Ordinal);

    public CodeListing Listing => new([.. _parts.Values]);

    /// <param name="units">The solution's units.</param>
    /// <param name="stage">The stage's class.</param>
    /// <param name="arguments">What a generic stage is made with.</param>
    public static CodeClosure Of(CodeUnits units, CodeType stage, ImmutableArray<CodeType> arguments)
    {
        var closure = new CodeClosure(units, stage);
        closure.Reach(CodeUse.Mention, stage);
        foreach (var level in closure._ownLine) closure.Reach(CodeUse.Mention, level);
        foreach (var argument in arguments) closure.Reach(CodeUse.Reflect, argument);
        foreach (var constructor in stage.Methods[".ctor"]) closure.Reach(CodeUse.Call, constructor);
        foreach (var method in ForeignOverrides.OfStage(stage)) closure.Reach(CodeUse.Call, method);
        closure.Reach(CodeUse.Initialize, stage);
        return closure.Close();
    }

    /// <summary>Everything that runs before a stage's body does. Nothing is pinned there: it all has to be read.</summary>
    /// <param name="units">The solution's units.</param>
    /// <param name="methods">The program's beginning, and what declares its pipelines.</param>
    /// <param name="stages">The stages' classes: they are made, and their properties read.</param>
    /// <param name="settings">The settings' classes.</param>
    public static CodeClosure OfStart(CodeUnits units, IEnumerable<CodeMethod> methods, IEnumerable<CodeType> stages, IEnumerable<CodeType> settings)
    {
        var closure = new CodeClosure(units, null);
        foreach (var method in methods) closure.Reach(CodeUse.Call, method);
        foreach (var type in settings) closure.Reach(CodeUse.Everything, type);
        foreach (var type in stages.SelectMany(Ancestry.Of))
        {
            closure.Reach(CodeUse.Mention, type);
            closure.Reach(CodeUse.Initialize, type);
            foreach (var method in type.Methods.SelectMany(group => group).Where(method => method.IsConstructor || method.Name.StartsWith("get_", StringComparison.Ordinal))) closure.Reach(CodeUse.Call, method);
        }

        return closure.Close();
    }

    CodeClosure Close()
    {
        while (_open.TryDequeue(out var reference)) Follow(reference);
        return this;
    }

    void Reach(CodeUse use, object target) => Reach(new CodeReference(use, target));

    void Reach(CodeReference reference)
    {
        if (_seen.Add(reference)) _open.Enqueue(reference);
    }

    void Follow(CodeReference reference)
    {
        switch (reference.Use, reference.Target)
        {
            case (CodeUse.Call, CodeMethod method):
                Follow(method);
                break;
            case (CodeUse.VirtualCall, CodeMethod method):
                FollowVirtual(method);
                break;
            case (CodeUse.Mention, CodeType type):
                Follow(type);
                break;
            case (CodeUse.Argument, CodeType type):
                Reach(CodeUse.Mention, type);
                if (!Ancestry.IsStage(type) && (_stage is not null || !Ancestry.IsArtifact(type)))
                    foreach (var constructor in type.Methods[".ctor"].Where(constructor => constructor.Arity == 0)) Reach(CodeUse.Call, constructor);
                break;
            case (CodeUse.Reflect, CodeType type):
                Reach(CodeUse.Mention, type);
                if (!Ancestry.IsStage(type) && PinOf(type.Pin) is null) Take(_units.Members(type));
                break;
            case (CodeUse.StaticField, CodeField field):
                if (PinOf(field.Type.Pin) is { } pin) Pinned(field.Type.Name, pin);
                else Take(_units.Of(field));
                break;
            case (CodeUse.Initialize, CodeType type):
                foreach (var initializer in type.Methods[".cctor"].Where(_ => (type.Definition.Attributes & System.Reflection.TypeAttributes.BeforeFieldInit) == 0)) Reach(CodeUse.Call, initializer);
                break;
            case (CodeUse.Everything, CodeType type):
                Reach(CodeUse.Reflect, type);
                foreach (var method in type.Methods.SelectMany(group => group).Where(method => !method.IsMade)) Reach(CodeUse.Call, method);
                break;
            case (CodeUse.Resources, CodeModule module):
                foreach (var resource in _units.Resources(module)) _parts[resource.Name] = resource;
                break;
            case (CodeUse.Assembly, string assembly):
                Assemblies.Add(assembly);
                break;
            case (CodeUse.Library, UsedLibrary library):
                Libraries.Add(library);
                break;
            case (CodeUse.Unfollowed, string what):
                Unfollowed.Add(what);
                break;
            case (CodeUse.Outside, string what):
                Outside.Add(what);
                break;
        }
    }

    void Take(CodeUnit unit)
    {
        _parts[unit.Part.Name] = unit.Part;
        foreach (var reference in unit.References) Reach(reference);
    }

    string? PinOf(string? pin) => _stage is null ? null : pin;

    void Pinned(string name, string version) => _parts[name] = new CodePart(name, ContentHash.Of(System.Text.Encoding.UTF8.GetBytes("version " + version)));

    void Follow(CodeMethod method)
    {
        if (_modules.Add(method.Module) && method.Module.Initializer is { } initializer) Reach(CodeUse.Call, initializer);
        if (_stage is null && method.IsConstructor) ReachOverrides(method.Type);
        if (PinOf(method.Pin) is { } pin) Pinned(method.Type.Pin is null ? method.Key : method.Type.Name, pin);
        else Take(_units.Of(method));
    }

    /// <summary>
    /// A type that is only named has no values yet: what runs before the stages names many that belong to their bodies. So what others may call
    /// in it is reached where one is made.
    /// </summary>
    CodeUnit Shape(CodeType type)
    {
        if (type.IsValue) ReachOverrides(type);
        var unit = _units.Of(type);
        return unit with { References = [.. unit.References.Where(reference => reference is not (CodeUse.Call, CodeMethod { IsConstructor: false }))] };
    }

    void ReachOverrides(CodeType type)
    {
        foreach (var method in ForeignOverrides.Of(type)) Reach(CodeUse.Call, method);
    }

    void FollowVirtual(CodeMethod method)
    {
        Reach(CodeUse.Call, method);
        if (!_calledOn.TryGetValue(method.Type, out var called)) _calledOn[method.Type] = called = [];
        called.Add(method);
        foreach (var type in _derived.GetValueOrDefault(method.Type) ?? []) Dispatch(type, method);
    }

    void Follow(CodeType type)
    {
        if (PinOf(type.Pin) is { } pin)
        {
            if (type != _stage) Pinned(type.Name, pin);
            return;
        }

        Take(_stage is null ? Shape(type) : _units.Of(type));
        if (type.IsRecord && _stage is not null) Reach(CodeUse.Reflect, type);
        if (type.IsInterface) return;
        foreach (var ancestor in Ancestry.Of(type))
        {
            if (!_derived.TryGetValue(ancestor, out var derived)) _derived[ancestor] = derived = [];
            derived.Add(type);
            foreach (var method in _calledOn.GetValueOrDefault(ancestor) ?? []) Dispatch(type, method);
        }
    }

    /// <summary>
    /// What a virtual call means on a type. A stage calls the virtual methods it shares with other stages on itself: those others are named
    /// where they are upstream, but what they override is theirs.
    /// </summary>
    void Dispatch(CodeType type, CodeMethod called)
    {
        if (!_ownLine.Contains(type) && _ownLine.Contains(called.Type) && Ancestry.IsStage(type)) return;
        foreach (var method in Ancestry.Implementations(type, called)) Reach(CodeUse.Call, method);
    }
}
