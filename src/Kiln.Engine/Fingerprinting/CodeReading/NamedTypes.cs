using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// The types that an attribute's arguments name, as types or as texts: whoever heeds the attribute may run what is in them. An argument's
/// kind need not be known for that: a text that names no type is none.
/// </summary>
static class NamedTypes
{
    public static IEnumerable<TypeSymbol> In(CodeModule module, BlobHandle value)
    {
        var length = module.Reader.GetBlobReader(value).Length;
        var end = 0; // of the last text that named a type: what begins within it is a piece of a name, and none of another program's
        for (var at = 2; at < length; at++) // after the prolog
            if (TextAt(module, value, at) is var (text, next) && TypeName.TryParse(text, out var name))
                foreach (var type in Within(module, name).Where(type => type.Own is not null || at >= end).ToList())
                {
                    yield return type;
                    end = next;
                }
    }

    static (string Text, int End)? TextAt(CodeModule module, BlobHandle value, int at)
    {
        var reader = module.Reader.GetBlobReader(value);
        reader.Offset = at;
        if (!reader.TryReadCompressedInteger(out var size) || size < 2 || size > reader.RemainingBytes) return null;
        var text = reader.ReadUTF8(size);
        return text.AsSpan().ContainsAnyInRange('\0', '\u001f') ? null : (text, reader.Offset);
    }

    /// <summary>A type by its name, and the arguments it is made with.</summary>
    static IEnumerable<TypeSymbol> Within(CodeModule module, TypeName name)
    {
        if (name.IsConstructedGenericType)
            foreach (var type in name.GetGenericArguments().Append(name.GetGenericTypeDefinition()).SelectMany(part => Within(module, part))) yield return type;
        else if (!name.IsSimple)
            foreach (var type in Within(module, name.GetElementType())) yield return type;
        else if (module.Named(name.FullName, name.AssemblyName?.Name) is { IsKnown: true } found) yield return found;
    }
}
