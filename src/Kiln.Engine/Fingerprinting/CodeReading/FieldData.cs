using System.Reflection;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>The bytes behind initialized arrays and spans, and how values lie in memory.</summary>
static class FieldData
{
    /// <summary>Writes the data that a field is mapped to, where it is.</summary>
    public static void Write(CodeField field, UnitBytes to)
    {
        if ((field.Definition.Attributes & FieldAttributes.HasFieldRVA) == 0) return;
        var data = field.Module.Image.GetSectionData(field.Definition.GetRelativeVirtualAddress());
        to.Write(data.GetContent(0, Math.Min(Size(field), data.Length)).AsSpan());
    }

    /// <summary>Writes how a value type's or interop type's fields lie: their types in their order.</summary>
    public static void WriteLayout(CodeType type, UnitBytes to, SignatureText signatures)
    {
        var definition = type.Definition;
        var layout = definition.GetLayout();
        if (!layout.IsDefault) to.Write($"{layout.PackingSize} {layout.Size}");
        if ((definition.Attributes & TypeAttributes.LayoutMask) == TypeAttributes.AutoLayout) return;
        to.Write((int)(definition.Attributes & TypeAttributes.LayoutMask));
        foreach (var handle in definition.GetFields())
        {
            var field = type.Module.FieldAt(handle);
            if (field.IsStatic) continue;
            to.Write(field.Definition.GetOffset());
            to.Write(signatures.Field(field.Definition.Signature));
        }
    }

    static int Size(CodeField field)
    {
        var signature = field.Module.Reader.GetBlobReader(field.Definition.Signature);
        signature.ReadSignatureHeader();
        return signature.ReadSignatureTypeCode() switch
        {
            SignatureTypeCode.TypeHandle when field.Module.Resolve(signature.ReadTypeHandle()).Own is { } type => type.Definition.GetLayout().Size,
            SignatureTypeCode.Boolean or SignatureTypeCode.Byte or SignatureTypeCode.SByte => 1,
            SignatureTypeCode.Char or SignatureTypeCode.Int16 or SignatureTypeCode.UInt16 => 2,
            SignatureTypeCode.Int32 or SignatureTypeCode.UInt32 or SignatureTypeCode.Single => 4,
            _ => 8,
        };
    }
}
