using System.Reflection;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>A type of the solution, by its definition. There is one object a type, so that sets of them need no names.</summary>
sealed class CodeType
{
    (bool IsRead, string? Version) _pin;
    ILookup<string, CodeMethod>? _methods;

    public CodeType(CodeModule module, TypeDefinitionHandle handle)
    {
        Module = module;
        Handle = handle;
        Definition = module.Reader.GetTypeDefinition(handle);
        var name = module.Reader.GetString(Definition.Name);
        var outer = Definition.GetDeclaringType();
        if (!outer.IsNil) Outer = module.TypeAt(outer);
        Name = Outer is not null ? Outer.Name + "+" + name : Symbol.Named(module.Name, module.Reader.GetString(Definition.Namespace), name);
        IsMade = Outer?.IsMade == true || (name[0] == '<' && name != "<Module>");
        IsAnonymous = name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal);
    }

    public CodeModule Module { get; }

    public TypeDefinitionHandle Handle { get; }

    public TypeDefinition Definition { get; }

    public CodeType? Outer { get; }

    /// <summary>Assembly, namespace, outer types and name.</summary>
    public string Name { get; }

    /// <summary>Whether the compiler made it: closures, state machines, file-local types. Such names hold ordinals and paths, and mean nothing.</summary>
    public bool IsMade { get; }

    public bool IsAnonymous { get; }

    public bool IsInterface => (Definition.Attributes & TypeAttributes.Interface) != 0;

    public bool IsValue => Module.Resolve(Definition.BaseType) is { Foreign.FullName: "System.ValueType" };

    public bool IsRecord => Methods["<Clone>$"].Any();

    /// <summary>The version its code is pinned at by <see cref="CodeVersionAttribute"/>; null where it is not.</summary>
    public string? Pin => (_pin.IsRead ? _pin : _pin = (true, Module.AttributeText(Definition.GetCustomAttributes(), nameof(CodeVersionAttribute)) ?? Outer?.Pin)).Version;

    public ILookup<string, CodeMethod> Methods => _methods ??= Definition.GetMethods().Select(Module.MethodAt).ToLookup(method => method.Name);

    public override string ToString() => Name;
}

/// <summary>A method of the solution, by its definition.</summary>
sealed class CodeMethod
{
    (bool IsRead, string? Version) _pin;
    string? _key;

    public CodeMethod(CodeModule module, MethodDefinitionHandle handle)
    {
        Module = module;
        Handle = handle;
        Definition = module.Reader.GetMethodDefinition(handle);
        Name = module.Reader.GetString(Definition.Name);
        Type = module.TypeAt(Definition.GetDeclaringType());
        IsMade = Type.IsMade || (Name[0] == '<' && Name != "<Clone>$" && Name != "<Main>$");
    }

    public CodeModule Module { get; }

    public MethodDefinitionHandle Handle { get; }

    public MethodDefinition Definition { get; }

    public CodeType Type { get; }

    public string Name { get; }

    /// <summary>Whether the compiler made it, and its name with an ordinal: lambdas, local functions, and all of a made type.</summary>
    public bool IsMade { get; }

    public bool IsStatic => (Definition.Attributes & MethodAttributes.Static) != 0;

    public bool IsVirtual => (Definition.Attributes & MethodAttributes.Virtual) != 0;

    /// <summary>Whether it begins a line of overrides, rather than continuing one.</summary>
    public bool IsNewSlot => (Definition.Attributes & MethodAttributes.NewSlot) != 0;

    public bool IsConstructor => Name == ".ctor";

    public string? Pin => (_pin.IsRead ? _pin : _pin = (true, Module.AttributeText(Definition.GetCustomAttributes(), nameof(CodeVersionAttribute)) ?? Type.Pin)).Version;

    /// <summary>Its type, name and signature: what tells it from every other.</summary>
    public string Key => _key ??= $"{Type.Name}.{Name}{SignatureText.OfMethod(Module, Definition.Signature)}";

    /// <summary>How many values a caller passes, beside the instance.</summary>
    public int Arity => _arity < 0 ? _arity = SignatureText.Arity(Module, Definition.Signature) : _arity;

    int _arity = -1;

    public override string ToString() => Key;
}

/// <summary>A field of the solution, by its definition.</summary>
sealed class CodeField
{
    public CodeField(CodeModule module, FieldDefinitionHandle handle)
    {
        Module = module;
        Handle = handle;
        Definition = module.Reader.GetFieldDefinition(handle);
        Name = module.Reader.GetString(Definition.Name);
        Type = module.TypeAt(Definition.GetDeclaringType());
    }

    public CodeModule Module { get; }

    public FieldDefinitionHandle Handle { get; }

    public FieldDefinition Definition { get; }

    public CodeType Type { get; }

    public string Name { get; }

    public bool IsStatic => (Definition.Attributes & FieldAttributes.Static) != 0;

    public string Key => $"{Type.Name}.{Name}";
}

/// <summary>A type that is not the solution's: the framework's, a package's, or the engine's.</summary>
sealed record ForeignType(string Assembly, string FullName)
{
    public string Name { get; } = $"[{Assembly}]{FullName}";

    /// <summary>Whether it may look at the members of its arguments: what writes values as JSON or XML does, and so may a package.</summary>
    public bool MayReflect => Assembly == Solution.Engine ? FullName == "Kiln.Json`1"
        : Assembly.StartsWith("System.Text.Json", StringComparison.Ordinal) || Assembly.StartsWith("System.Xml", StringComparison.Ordinal) || !IsFramework;

    public bool IsFramework => Assembly.StartsWith("System.", StringComparison.Ordinal) || Assembly is "System" or "netstandard" or "mscorlib" or "Microsoft.CSharp";
}

/// <summary>What a token leads to: a type of the solution, or another's.</summary>
readonly record struct TypeSymbol(CodeType? Own, ForeignType? Foreign)
{
    public bool IsKnown => Own is not null || Foreign is not null;
}

/// <summary>What a token leads to: a method or field of the solution, or a member by name of a type that is not.</summary>
readonly record struct MemberSymbol(CodeMethod? Method, CodeField? Field, ForeignType? Owner, string Name);

/// <summary>A native library as <see cref="UsesLibraryAttribute"/> names it.</summary>
sealed record UsedLibrary(string Path, string Variable);

static class Symbol
{
    public static string Named(string assembly, string space, string name) => space.Length == 0 ? $"[{assembly}]{name}" : $"[{assembly}]{space}.{name}";

    /// <summary>A symbolic name as people say it: the class and the member, a property by its own name.</summary>
    public static string Readable(string name)
    {
        var end = name.IndexOf('(');
        var text = end < 0 ? name : name[..end];
        text = text[(text.IndexOf(']') + 1)..];
        var isMember = end >= 0;
        if (text.EndsWith("..ctor", StringComparison.Ordinal)) return Last(text[..^6], 1) + "'s constructor";
        if (text.EndsWith("..cctor", StringComparison.Ordinal)) return Last(text[..^7], 1) + "'s static constructor";
        text = Last(text.Replace('+', '.'), isMember || end < 0 ? 2 : 1).Replace(".get_", ".", StringComparison.Ordinal).Replace(".set_", ".", StringComparison.Ordinal);
        var arity = text.IndexOf('`');
        return arity < 0 ? text : text[..arity];
    }

    static string Last(string text, int parts)
    {
        var at = text.Length;
        for (; parts > 0 && at > 0; parts--) at = text.LastIndexOf('.', at - 1);
        return at < 0 ? text : text[(at + 1)..];
    }
}
