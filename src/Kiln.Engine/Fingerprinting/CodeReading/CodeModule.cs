using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// One assembly of the solution as its file says it: metadata and IL, which native code compiled ahead stands beside and does not replace.
/// Resolves tokens to symbols. Not safe to use from several threads.
/// </summary>
sealed class CodeModule
{
    readonly CodeType?[] _types;
    readonly CodeMethod?[] _methods;
    readonly CodeField?[] _fields;
    readonly TypeSymbol[] _typeReferences;
    readonly MemberSymbol[] _memberReferences;
    readonly Dictionary<string, TypeDefinitionHandle> _byName = new(StringComparer.Ordinal);

    public CodeModule(Solution solution, string name, string path)
    {
        Solution = solution;
        Name = name;
        Stamp = FileStamp.Of(path) ?? throw new FileNotFoundException($"{path} is gone.");
        Image = new PEReader(ImmutableCollectionsMarshal.AsImmutableArray(File.ReadAllBytes(path)));
        Reader = Image.GetMetadataReader();
        _types = new CodeType?[Reader.TypeDefinitions.Count + 1];
        _methods = new CodeMethod?[Reader.MethodDefinitions.Count + 1];
        _fields = new CodeField?[Reader.FieldDefinitions.Count + 1];
        _typeReferences = new TypeSymbol[Reader.GetTableRowCount(TableIndex.TypeRef) + 1];
        _memberReferences = new MemberSymbol[Reader.GetTableRowCount(TableIndex.MemberRef) + 1];
        foreach (var handle in Reader.TypeDefinitions)
        {
            var type = Reader.GetTypeDefinition(handle);
            if (type.GetDeclaringType().IsNil) _byName[Symbol.Named(name, Reader.GetString(type.Namespace), Reader.GetString(type.Name))] = handle;
        }
    }

    public Solution Solution { get; }

    public string Name { get; }

    /// <summary>The file's stamp before it was read.</summary>
    public FileStamp Stamp { get; }

    public PEReader Image { get; }

    public MetadataReader Reader { get; }

    public Guid Identity => Reader.GetGuid(Reader.GetModuleDefinition().Mvid);

    /// <summary>The initializer of the module as a whole: what <c>[ModuleInitializer]</c> methods are called from.</summary>
    public CodeMethod? Initializer => TypeAt(MetadataTokens.TypeDefinitionHandle(1)).Methods[".cctor"].FirstOrDefault();

    public CodeType TypeAt(TypeDefinitionHandle handle) => _types[MetadataTokens.GetRowNumber(handle)] ??= new CodeType(this, handle);

    public CodeMethod MethodAt(MethodDefinitionHandle handle) => _methods[MetadataTokens.GetRowNumber(handle)] ??= new CodeMethod(this, handle);

    public CodeField FieldAt(FieldDefinitionHandle handle) => _fields[MetadataTokens.GetRowNumber(handle)] ??= new CodeField(this, handle);

    /// <summary>A type by its symbolic name, nested ones with a plus.</summary>
    public CodeType? Find(string name)
    {
        var parts = name.Split('+');
        if (!_byName.TryGetValue(parts[0], out var handle)) return null;
        foreach (var part in parts.AsSpan(1))
        {
            var inner = TypeAt(handle).Definition.GetNestedTypes().FirstOrDefault(nested => Reader.StringComparer.Equals(Reader.GetTypeDefinition(nested).Name, part));
            if (inner.IsNil) return null;
            handle = inner;
        }

        return TypeAt(handle);
    }

    /// <summary>A type by the name an attribute's blob holds.</summary>
    public CodeType? FindQualified(string name) => Solution.Find(name, this);

    /// <summary>A type by its name, of this assembly where none is said; nothing where there is none, and the assembly is not one that this one refers to.</summary>
    public TypeSymbol Named(string name, string? assembly)
    {
        if ((assembly is null ? this : Name == assembly ? this : Solution.Module(assembly)) is { } module) return new(module.Find($"[{module.Name}]{name}"), null);
        return Reader.AssemblyReferences.Any(handle => Reader.StringComparer.Equals(Reader.GetAssemblyReference(handle).Name, assembly!)) ? new(null, new ForeignType(assembly!, name)) : default;
    }

    /// <summary>The type a definition or reference leads to; of a constructed one, its definition.</summary>
    public TypeSymbol Resolve(EntityHandle handle) => handle.IsNil ? default : handle.Kind switch
    {
        HandleKind.TypeDefinition => new(TypeAt((TypeDefinitionHandle)handle), null),
        HandleKind.TypeReference => _typeReferences[MetadataTokens.GetRowNumber(handle)] is { IsKnown: true } known ? known
            : _typeReferences[MetadataTokens.GetRowNumber(handle)] = OfReference((TypeReferenceHandle)handle),
        HandleKind.TypeSpecification => SignatureText.Definition(this, Reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature),
        _ => default,
    };

    /// <summary>The member a token leads to; of a constructed method, its definition.</summary>
    public MemberSymbol ResolveMember(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MethodDefinition => new(MethodAt((MethodDefinitionHandle)handle), null, null, ""),
        HandleKind.FieldDefinition => new(null, FieldAt((FieldDefinitionHandle)handle), null, ""),
        HandleKind.MethodSpecification => ResolveMember(Reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        _ => _memberReferences[MetadataTokens.GetRowNumber(handle)] is { Name: not null } known ? known
            : _memberReferences[MetadataTokens.GetRowNumber(handle)] = OfReference((MemberReferenceHandle)handle),
    };

    /// <summary>What an attribute of the engine's is given, by the attribute's name; null where it is not there.</summary>
    public string? AttributeText(CustomAttributeHandleCollection attributes, string name) => AttributeTexts(attributes, name, 1).FirstOrDefault()?[0];

    /// <summary>The texts, or types by their names, that each attribute of one name is given.</summary>
    public IEnumerable<string[]> AttributeTexts(CustomAttributeHandleCollection attributes, string name, int arguments)
    {
        foreach (var handle in attributes)
        {
            var attribute = Reader.GetCustomAttribute(handle);
            if (AttributeType(attribute) is not { Foreign: { Assembly: Solution.Engine } type } || type.FullName != "Kiln." + name) continue;
            var value = Reader.GetBlobReader(attribute.Value);
            value.ReadUInt16(); // the prolog
            var texts = new string[arguments];
            for (var i = 0; i < arguments; i++) texts[i] = value.ReadSerializedString() ?? "";
            yield return texts;
        }
    }

    public TypeSymbol AttributeType(CustomAttribute attribute)
    {
        var constructor = ResolveMember(attribute.Constructor);
        return constructor.Method is { } own ? new(own.Type, null) : new(null, constructor.Owner);
    }

    TypeSymbol OfReference(TypeReferenceHandle handle)
    {
        var reference = Reader.GetTypeReference(handle);
        var name = Reader.GetString(reference.Name);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var outer = Resolve(reference.ResolutionScope);
            return outer.Own is { } own ? new(own.Module.Find(own.Name + "+" + name), null) : new(null, outer.Foreign! with { FullName = outer.Foreign.FullName + "+" + name });
        }

        if (reference.ResolutionScope.Kind != HandleKind.AssemblyReference) return new(Find(Symbol.Named(Name, Reader.GetString(reference.Namespace), name)), null);
        var assembly = Reader.GetString(Reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
        var space = Reader.GetString(reference.Namespace);
        if (Solution.Module(assembly)?.Find(Symbol.Named(assembly, space, name)) is { } found) return new(found, null);
        return new(null, new ForeignType(assembly, space.Length == 0 ? name : space + "." + name));
    }

    MemberSymbol OfReference(MemberReferenceHandle handle)
    {
        var reference = Reader.GetMemberReference(handle);
        var name = Reader.GetString(reference.Name);
        if (reference.Parent.Kind == HandleKind.MethodDefinition) return ResolveMember(reference.Parent);
        var owner = Resolve(reference.Parent);
        if (owner.Own is not { } type) return new(null, null, owner.Foreign ?? new ForeignType(Name, "an array"), name);
        if (reference.GetKind() == MemberReferenceKind.Field)
            return type.Definition.GetFields().Select(type.Module.FieldAt).FirstOrDefault(field => field.Name == name) is { } field
                ? new(null, field, null, name) : throw new BadImageFormatException($"{type}.{name} is not there.");

        var candidates = type.Methods[name].ToList();
        if (candidates.Count == 1) return new(candidates[0], null, null, name);
        var signature = SignatureText.OfMethod(this, reference.Signature);
        return candidates.FirstOrDefault(method => SignatureText.OfMethod(method.Module, method.Definition.Signature) == signature) is { } found
            ? new(found, null, null, name) : throw new BadImageFormatException($"{type}.{name}{signature} is not there.");
    }
}
