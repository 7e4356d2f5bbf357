using System.Reflection;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Writes a static field with the expression it is set to. Where a class has no static constructor of its own, the compiler strings the
/// fields' initializers together, each ending where its field is stored: so one may be read apart from the others.
/// </summary>
sealed class StaticFieldWriter : MethodWriter
{
    const byte Duplicate = 0x25, StoreStatic = 0x80, Return = 0x2A;

    StaticFieldWriter(CodeType home)
        : base(home, null)
    {
    }

    public static CodeUnit Write(CodeField field)
    {
        var writer = new StaticFieldWriter(field.Type);
        writer.Out.Write(writer.Signatures.Field(field.Definition.Signature));
        writer.Attributes(field.Definition.GetCustomAttributes());
        FieldData.Write(field, writer.Out);
        if (field.Type.Methods[".cctor"].FirstOrDefault() is { } initializer) writer.Initializer(field, initializer);
        writer.WriteMade();
        return writer.Done(field.Key);
    }

    void Initializer(CodeField field, CodeMethod initializer)
    {
        if ((field.Type.Definition.Attributes & TypeAttributes.BeforeFieldInit) == 0)
        {
            Refer(CodeUse.Initialize, field.Type);
            return;
        }

        var body = Module.Image.GetMethodBody(initializer.Definition.RelativeVirtualAddress);
        var il = body.GetILContent().AsSpan();
        if (body.ExceptionRegions.Length > 0 || !TrySplit(field.Type, il, out var pieces))
        {
            Refer(CodeUse.Call, initializer);
            return;
        }

        foreach (var (set, start, end) in pieces)
            if (set == field)
            {
                if (!body.LocalSignature.IsNil) Out.Write(Signatures.Locals(Reader.GetStandaloneSignature(body.LocalSignature).Signature));
                Instructions(il[start..end]);
            }
    }

    /// <summary>Cuts an initializer after each store to a field of its own class; refuses where a jump crosses a cut or a value is stored twice.</summary>
    bool TrySplit(CodeType type, ReadOnlySpan<byte> il, out List<(CodeField Set, int Start, int End)> pieces)
    {
        pieces = [];
        var (start, previous) = (0, (byte)0);
        var furthest = 0; // where the furthest jump of this piece leads
        for (var at = 0; at < il.Length;)
        {
            var (opcode, operand, size) = IlOperands.At(il[at..]);
            var end = at + opcode + size;
            if (opcode == 1 && JumpOf(il, at, end) is { } target)
            {
                if (target < start) return false;
                furthest = Math.Max(furthest, target);
            }

            if (opcode == 1 && il[at] == StoreStatic && Own(il.Slice(at + 1, 4)) is { } field && field.Type == type)
            {
                if (previous == Duplicate || furthest >= end) return false;
                pieces.Add((field, start, end));
                start = end;
            }

            previous = opcode == 1 ? il[at] : (byte)0;
            at = end;
        }

        return il.Length - start == 1 && il[start] == Return;
    }

    CodeField? Own(ReadOnlySpan<byte> token) => Module.ResolveMember(System.Reflection.Metadata.Ecma335.MetadataTokens.EntityHandle(BitConverter.ToInt32(token))).Field;

    /// <summary>Where a jump leads; null for other instructions. A switch counts as one out of the method: such an initializer is not cut.</summary>
    static int? JumpOf(ReadOnlySpan<byte> il, int at, int end) => il[at] switch
    {
        (>= 0x2B and <= 0x37) or 0xDE => end + (sbyte)il[at + 1],
        (>= 0x38 and <= 0x44) or 0xDD => end + BitConverter.ToInt32(il[(at + 1)..]),
        0x45 => int.MaxValue,
        _ => null,
    };
}
