using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>How a type stands in a signature: by itself, as an argument of a generic, or of one that may look at its members.</summary>
enum TypeUse
{
    Plain,
    Argument,
    Reflected,
}

/// <summary>
/// Writes signatures with names in place of tokens, and tells whoever listens which types they name.
/// </summary>
/// <param name="module">Where the signature stands.</param>
/// <param name="own">The name of a type of the solution.</param>
/// <param name="foreign">The name of another's.</param>
sealed class SignatureText(CodeModule module, Func<CodeType, TypeUse, string> own, Func<ForeignType, string> foreign)
{
    static readonly string[] Primitives = [.. Enumerable.Range(0, 256).Select(code => ((PrimitiveTypeCode)code).ToString())];

    readonly StringBuilder _text = new();

    public static string OfMethod(CodeModule module, BlobHandle signature) =>
        new SignatureText(module, static (type, _) => type.Name, static type => type.Name).Method(signature);

    public static int Arity(CodeModule module, BlobHandle signature)
    {
        var reader = module.Reader.GetBlobReader(signature);
        var header = reader.ReadSignatureHeader();
        if (header.IsGeneric) reader.ReadCompressedInteger();
        return reader.ReadCompressedInteger();
    }

    /// <summary>The definition behind a constructed type; nothing for arrays, pointers and parameters.</summary>
    public static TypeSymbol Definition(CodeModule module, BlobHandle signature)
    {
        var reader = module.Reader.GetBlobReader(signature);
        var code = reader.ReadSignatureTypeCode();
        if (code == SignatureTypeCode.GenericTypeInstance) code = reader.ReadSignatureTypeCode();
        return code == SignatureTypeCode.TypeHandle ? module.Resolve(reader.ReadTypeHandle()) : default;
    }

    /// <summary>The signature of a method or of a call: generic arity, values, and what comes back.</summary>
    public string Method(BlobHandle signature)
    {
        var reader = module.Reader.GetBlobReader(signature);
        _text.Clear();
        Method(ref reader);
        return _text.ToString();
    }

    public string Field(BlobHandle signature)
    {
        var reader = module.Reader.GetBlobReader(signature);
        reader.ReadSignatureHeader();
        return One(ref reader);
    }

    public string Type(BlobHandle signature)
    {
        var reader = module.Reader.GetBlobReader(signature);
        return One(ref reader);
    }

    public string Locals(BlobHandle signature)
    {
        var reader = module.Reader.GetBlobReader(signature);
        reader.ReadSignatureHeader();
        _text.Clear();
        List(ref reader, reader.ReadCompressedInteger(), TypeUse.Plain);
        return _text.ToString();
    }

    /// <summary>The arguments a generic method is called with.</summary>
    public string Arguments(BlobHandle signature, TypeUse use)
    {
        var reader = module.Reader.GetBlobReader(signature);
        reader.ReadSignatureHeader();
        _text.Clear();
        List(ref reader, reader.ReadCompressedInteger(), use);
        return _text.ToString();
    }

    string One(ref BlobReader reader)
    {
        _text.Clear();
        Type(ref reader, TypeUse.Plain);
        return _text.ToString();
    }

    void Method(ref BlobReader reader)
    {
        var header = reader.ReadSignatureHeader();
        if (header.IsGeneric) _text.Append('`').Append(reader.ReadCompressedInteger());
        var count = reader.ReadCompressedInteger();
        var start = _text.Length;
        Type(ref reader, TypeUse.Plain);
        var result = _text.ToString(start, _text.Length - start);
        _text.Length = start;
        _text.Append('(');
        List(ref reader, count, TypeUse.Plain);
        _text.Append("):").Append(result).Append(header.IsInstance ? "" : " static");
    }

    void List(ref BlobReader reader, int count, TypeUse use)
    {
        for (var i = 0; i < count; i++)
        {
            if (i > 0) _text.Append(',');
            Type(ref reader, use);
        }
    }

    void Type(ref BlobReader reader, TypeUse use)
    {
        var code = reader.ReadSignatureTypeCode();
        switch (code)
        {
            case SignatureTypeCode.TypeHandle:
                Named(module.Resolve(reader.ReadTypeHandle()), use);
                break;
            case SignatureTypeCode.GenericTypeInstance:
                reader.ReadSignatureTypeCode();
                var definition = module.Resolve(reader.ReadTypeHandle());
                Named(definition, use);
                _text.Append('<');
                List(ref reader, reader.ReadCompressedInteger(), use == TypeUse.Reflected || definition.Foreign?.MayReflect == true ? TypeUse.Reflected : TypeUse.Argument);
                _text.Append('>');
                break;
            case SignatureTypeCode.GenericTypeParameter:
                _text.Append('!').Append(reader.ReadCompressedInteger());
                break;
            case SignatureTypeCode.GenericMethodParameter:
                _text.Append("!!").Append(reader.ReadCompressedInteger());
                break;
            case SignatureTypeCode.SZArray or SignatureTypeCode.Pointer or SignatureTypeCode.ByReference or SignatureTypeCode.Pinned:
                _text.Append((int)code).Append('*');
                Type(ref reader, use);
                break;
            case SignatureTypeCode.Array:
                Array(ref reader, use);
                break;
            case SignatureTypeCode.RequiredModifier or SignatureTypeCode.OptionalModifier:
                _text.Append("mod ");
                Named(module.Resolve(reader.ReadTypeHandle()), TypeUse.Plain);
                _text.Append(' ');
                Type(ref reader, use);
                break;
            case SignatureTypeCode.FunctionPointer:
                Method(ref reader);
                break;
            default:
                _text.Append(code == SignatureTypeCode.Sentinel ? "..." : Primitives[(byte)code]);
                break;
        }
    }

    void Array(ref BlobReader reader, TypeUse use)
    {
        Type(ref reader, use);
        _text.Append('[').Append(reader.ReadCompressedInteger());
        for (var sizes = reader.ReadCompressedInteger(); sizes > 0; sizes--) _text.Append(' ').Append(reader.ReadCompressedInteger());
        for (var bounds = reader.ReadCompressedInteger(); bounds > 0; bounds--) _text.Append(':').Append(reader.ReadCompressedSignedInteger());
        _text.Append(']');
    }

    void Named(TypeSymbol symbol, TypeUse use) => _text.Append(symbol.Own is { } type ? own(type, use) : symbol.Foreign is { } other ? foreign(other) : "?");
}
