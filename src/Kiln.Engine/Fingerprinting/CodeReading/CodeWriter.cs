using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Writes one unit's content with names in place of tokens, and gathers what it refers to. What the compiler made is numbered in the order
/// in which this unit comes upon it and written with it, so that neither its name nor what else the module holds matters.
/// </summary>
abstract class CodeWriter
{
    readonly HashSet<CodeReference> _known = [];
    readonly List<CodeReference> _references = [];
    readonly Dictionary<object, int> _made = new(ReferenceEqualityComparer.Instance);
    readonly Queue<object> _unwritten = new();

    protected CodeWriter(CodeModule module)
    {
        Module = module;
        Signatures = new SignatureText(module, Named, Named);
    }

    protected CodeModule Module { get; }

    protected MetadataReader Reader => Module.Reader;

    protected UnitBytes Out { get; } = new();

    protected SignatureText Signatures { get; }

    protected void Refer(CodeUse use, object target)
    {
        if (_known.Add(new(use, target))) _references.Add(new(use, target));
    }

    /// <summary>The next thing the compiler made that was come upon and is not yet written.</summary>
    protected bool TryNextMade(out object made) => _unwritten.TryDequeue(out made!);

    protected string Made(object made)
    {
        if (!_made.TryGetValue(made, out var number))
        {
            _made[made] = number = _made.Count;
            _unwritten.Enqueue(made);
        }

        return $"#{number}";
    }

    protected string Named(CodeType type, TypeUse use)
    {
        if (type.IsMade) return Made(type);
        Refer(use switch { TypeUse.Reflected => CodeUse.Reflect, TypeUse.Argument => CodeUse.Argument, _ => CodeUse.Mention }, type);
        return type.Name;
    }

    protected string Named(ForeignType type)
    {
        if (type.Assembly != Solution.Engine) Refer(CodeUse.Assembly, type.Assembly);
        return type.Name;
    }

    protected void Type(EntityHandle handle, TypeUse use = TypeUse.Plain)
    {
        if (handle.IsNil) Out.Write("");
        else if (handle.Kind == HandleKind.TypeSpecification) Out.Write(Signatures.Type(Reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature));
        else Out.Write(Module.Resolve(handle) is { Own: { } own } ? Named(own, use) : Named(Module.Resolve(handle).Foreign!));
    }

    /// <summary>The attributes of something that may be looked at; what they say to compilers, debuggers and the engine aside.</summary>
    protected void Attributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var handle in attributes)
        {
            var attribute = Reader.GetCustomAttribute(handle);
            var type = Module.AttributeType(attribute);
            if (type.Own is { IsMade: true } || IsForTools(type)) continue;
            if (type.Own is { } own)
            {
                Out.Write(Named(own, TypeUse.Plain));
                if (Module.ResolveMember(attribute.Constructor).Method is { } constructor) Refer(CodeUse.Call, constructor);
            }
            else
            {
                Out.Write(Named(type.Foreign!));
                if (!type.Foreign!.IsFramework) Refer(CodeUse.Outside, type.Foreign.FullName);
            }

            Out.Write(Reader.GetBlobBytes(attribute.Value));
            Heeded(attribute);
        }
    }

    /// <summary>Follows the types that an attribute names: converters, validators, resources. What heeds the attribute calls them by reflection.</summary>
    protected void Heeded(CustomAttribute attribute)
    {
        foreach (var named in NamedTypes.In(Module, attribute.Value))
            if (named.Own is { } own)
            {
                if (!own.IsMade && !Ancestry.IsStage(own)) Refer(CodeUse.Everything, own);
            }
            else if (OutsideCalls.Looks(named.Foreign!, "Parse")) Refer(CodeUse.Outside, $"{named.Foreign!.FullName}.Parse");
    }

    protected CodeUnit Done(string name) => new(new CodePart(name, Out.Hash), _references);

    static bool IsForTools(TypeSymbol type) => type.Foreign is { } foreign
        && (foreign.Assembly == Solution.Engine
            || (foreign.FullName.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal) && !foreign.FullName.EndsWith("InlineArrayAttribute", StringComparison.Ordinal))
            || foreign.FullName.StartsWith("System.Diagnostics.", StringComparison.Ordinal)
            || foreign.FullName.StartsWith("System.CodeDom.Compiler.", StringComparison.Ordinal)
            || foreign.FullName is "System.ObsoleteAttribute" or "System.Reflection.DefaultMemberAttribute");
}
