namespace Kiln.Fingerprinting.CodeReading;

/// <summary>What follows an instruction's opcode (ECMA-335, part III).</summary>
enum IlOperand
{
    /// <summary>Nothing, or bytes that mean the same in every module: numbers, and jumps within the method.</summary>
    Plain,

    /// <summary>A token: an index into the module's tables, which moves whenever something else is added.</summary>
    Token,
}

/// <summary>Tells instructions apart in a method's bytes.</summary>
static class IlOperands
{
    /// <summary>The length of the opcode at a place (1, or 2 after 0xFE), what follows it, and how many bytes that is.</summary>
    public static (int Opcode, IlOperand Operand, int Size) At(ReadOnlySpan<byte> il)
    {
        var code = il[0];
        if (code == 0xFE) return (2, IsTokenAfterPrefix(il[1]) ? IlOperand.Token : IlOperand.Plain, SizeAfterPrefix(il[1]));
        if (code == 0x45) return (1, IlOperand.Plain, 4 + 4 * BitConverter.ToInt32(il[1..])); // switch: a count, then as many jumps
        return IsToken(code) ? (1, IlOperand.Token, 4) : (1, IlOperand.Plain, Size(code));
    }

    static bool IsToken(byte code) => code switch
    {
        >= 0x27 and <= 0x29 => true, // jmp, call, calli
        >= 0x6F and <= 0x75 => true, // callvirt, cpobj, ldobj, ldstr, newobj, castclass, isinst
        0x79 or (>= 0x7B and <= 0x81) => true, // unbox; fields; stobj
        0x8C or 0x8D or 0x8F => true, // box, newarr, ldelema
        >= 0xA3 and <= 0xA5 => true, // ldelem, stelem, unbox.any
        0xC2 or 0xC6 or 0xD0 => true, // refanyval, mkrefany, ldtoken
        _ => false,
    };

    static int Size(byte code) => code switch
    {
        >= 0x0E and <= 0x13 => 1, // ldarg.s … stloc.s
        0x1F => 1, // ldc.i4.s
        0x20 or 0x22 => 4, // ldc.i4, ldc.r4
        0x21 or 0x23 => 8, // ldc.i8, ldc.r8
        >= 0x2B and <= 0x37 => 1, // short jumps
        >= 0x38 and <= 0x44 => 4, // jumps
        0xDD => 4, // leave
        0xDE => 1, // leave.s
        _ => 0,
    };

    static bool IsTokenAfterPrefix(byte code) => code is 0x06 or 0x07 or 0x15 or 0x16 or 0x1C; // ldftn, ldvirtftn, initobj, constrained., sizeof

    static int SizeAfterPrefix(byte code) => code switch
    {
        _ when IsTokenAfterPrefix(code) => 4,
        >= 0x09 and <= 0x0E => 2, // ldarg … stloc
        0x12 or 0x19 => 1, // unaligned., no.
        _ => 0,
    };
}
