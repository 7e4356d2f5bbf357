using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>Writes a method, or the part of a static constructor that sets one field, together with what the compiler made of it.</summary>
class MethodWriter : CodeWriter
{
    const byte Call = 0x28, CallVirtual = 0x6F, New = 0x73, LoadToken = 0xD0, LoadVirtualFunction = 0x07;

    readonly CodeMethod? _author;
    readonly CodeType _home;
    readonly bool _isAccountedFor;
    CodeMethod? _written; // now; null for the initializers of fields

    protected MethodWriter(CodeType home, CodeMethod? author)
        : base(home.Module)
    {
        (_home, _author) = (home, author);
        _isAccountedFor = Declared(home, author);
    }

    public static CodeUnit Write(CodeMethod method)
    {
        var writer = new MethodWriter(method.Type, method);
        writer.Method(method);
        writer.WriteMade();
        return writer.Done(method.Key);
    }

    protected void WriteMade()
    {
        while (TryNextMade(out var made))
            switch (made)
            {
                case CodeMethod method:
                    Made(method.Type.IsMade ? method.Type : method);
                    Method(method);
                    break;
                case CodeField field:
                    Made(field.Type);
                    Out.Write(Signatures.Field(field.Definition.Signature));
                    FieldData.Write(field, Out);
                    break;
                case CodeType type:
                    MadeType(type);
                    break;
            }
    }

    protected void Method(CodeMethod method)
    {
        var definition = method.Definition;
        _written = method;
        Out.Write((int)(definition.Attributes & ~MethodAttributes.MemberAccessMask));
        Out.Write((int)definition.ImplAttributes);
        Out.Write(Signatures.Method(definition.Signature));
        if ((definition.Attributes & MethodAttributes.PinvokeImpl) != 0)
        {
            var import = definition.GetImport();
            Out.Write(Reader.GetString(Reader.GetModuleReference(import.Module).Name));
            Out.Write(Reader.GetString(import.Name));
            Out.Write((int)import.Attributes);
            Refer(CodeUse.Outside, method.Key);
        }
        else if (definition.RelativeVirtualAddress == 0 && (definition.Attributes & MethodAttributes.Abstract) == 0 && (definition.ImplAttributes & MethodImplAttributes.Runtime) == 0) Accessor(method);

        if (definition.RelativeVirtualAddress == 0) return;
        var body = Module.Image.GetMethodBody(definition.RelativeVirtualAddress);
        Out.Write(body.LocalVariablesInitialized);
        if (!body.LocalSignature.IsNil) Out.Write(Signatures.Locals(Reader.GetStandaloneSignature(body.LocalSignature).Signature));
        foreach (var region in body.ExceptionRegions)
        {
            Out.Write((int)region.Kind);
            foreach (var offset in (ReadOnlySpan<int>)[region.TryOffset, region.TryLength, region.HandlerOffset, region.HandlerLength, region.FilterOffset]) Out.Write(offset);
            Type(region.CatchType);
        }

        Instructions(body.GetILContent().AsSpan());
    }

    /// <summary>The runtime makes its body, of what its attribute says: it reaches any member of the types it is given, by name.</summary>
    void Accessor(CodeMethod method)
    {
        Refer(CodeUse.Outside, Symbol.Readable(method.Key));
        var parameters = method.Definition.GetParameters().SelectMany(parameter => Reader.GetParameter(parameter).GetCustomAttributes());
        foreach (var attribute in method.Definition.GetCustomAttributes().Concat(parameters).Select(Reader.GetCustomAttribute))
        {
            Out.Write(Reader.GetBlobBytes(attribute.Value));
            Heeded(attribute);
        }

        new SignatureText(Module, (type, _) =>
        {
            if (!type.IsMade) Refer(CodeUse.Everything, type);
            return "";
        }, static type => type.Name).Method(method.Definition.Signature);
    }

    protected void Instructions(ReadOnlySpan<byte> il)
    {
        var start = 0; // of the bytes since the last token, its opcode included: they mean the same in every module
        for (var at = 0; at < il.Length;)
        {
            var (opcode, operand, size) = IlOperands.At(il[at..]);
            if (operand == IlOperand.Token)
            {
                Out.Write(il[start..(at + opcode)]);
                Token(opcode == 2 ? il[at + 1] : il[at], BitConverter.ToInt32(il.Slice(at + opcode, size)));
                start = at + opcode + size;
            }

            at += opcode + size;
        }

        Out.Write(il[start..]);
    }

    void Token(byte opcode, int token)
    {
        if (token >>> 24 == 0x70)
        {
            Out.Write(Reader.GetUserString(MetadataTokens.UserStringHandle(token & 0xFFFFFF)));
            return;
        }

        var handle = MetadataTokens.EntityHandle(token);
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference or HandleKind.TypeSpecification:
                Type(handle);
                if (opcode == LoadToken && !TellsItsKind && Module.Resolve(handle).Own is { IsMade: false } type) Refer(CodeUse.Reflect, type);
                break;
            case HandleKind.StandaloneSignature:
                Out.Write(Signatures.Method(Reader.GetStandaloneSignature((StandaloneSignatureHandle)handle).Signature));
                break;
            default:
                Member(opcode, handle);
                break;
        }
    }

    void Member(byte opcode, EntityHandle handle)
    {
        var symbol = Module.ResolveMember(handle);
        if (handle.Kind == HandleKind.MethodSpecification)
        {
            var specification = Reader.GetMethodSpecification((MethodSpecificationHandle)handle);
            Out.Write(Signatures.Arguments(specification.Signature, symbol.Owner?.MayReflect == true ? TypeUse.Reflected : TypeUse.Argument));
            handle = specification.Method;
        }

        var reference = handle.Kind == HandleKind.MemberReference ? Reader.GetMemberReference((MemberReferenceHandle)handle) : default(MemberReference?);
        if (reference is { Parent.Kind: HandleKind.TypeSpecification }) Type(reference.Value.Parent);
        if (symbol.Method is { } method) OwnMethod(opcode, method);
        else if (symbol.Field is { } field) OwnField(field);
        else Foreign(symbol, reference!.Value);
    }

    void OwnMethod(byte opcode, CodeMethod method)
    {
        Out.Write(method.IsMade ? Made(method) : method.Key);
        if (opcode == New) Named(method.Type, TypeUse.Plain);
        if (method.IsMade) return;
        if (!GivesHashCode && OutsideCalls.GivesHashCode(method.Name)) Refer(CodeUse.Outside, Symbol.Readable(method.Key));
        // Static abstract members are called without an instance, and are chosen by a type argument.
        var isVirtual = method.IsVirtual && (opcode is CallVirtual or LoadVirtualFunction || method.IsStatic);
        Refer(isVirtual ? CodeUse.VirtualCall : CodeUse.Call, method);
        if ((method.IsStatic || method.IsConstructor) && (method.Type.Definition.Attributes & TypeAttributes.BeforeFieldInit) == 0) Refer(CodeUse.Initialize, method.Type);
    }

    void OwnField(CodeField field)
    {
        if (field.Type.IsMade)
        {
            Out.Write(field.Type.IsAnonymous ? field.Name : Made(field));
            if (field.Type.IsAnonymous) Made(field.Type);
            return;
        }

        Out.Write(field.Key);
        Out.Write((field.Module == Module ? Signatures : new SignatureText(field.Module, Named, Named)).Field(field.Definition.Signature));
        if (field.IsStatic) Refer(CodeUse.StaticField, field);
    }

    void Foreign(MemberSymbol symbol, MemberReference reference)
    {
        Out.Write(Named(symbol.Owner!));
        Out.Write(symbol.Name);
        if (reference.GetKind() == MemberReferenceKind.Field)
        {
            Out.Write(Signatures.Field(reference.Signature));
            return;
        }

        Out.Write(Signatures.Method(reference.Signature));
        if (OutsideCalls.Looks(symbol.Owner!, symbol.Name) && !(GivesHashCode && OutsideCalls.IsHashCode(symbol.Owner!, symbol.Name)) && !IsOfIterator(symbol)) Refer(CodeUse.Outside, $"{symbol.Owner!.FullName}.{symbol.Name}");
        if (symbol is { Owner.FullName: "System.Reflection.Assembly", Name: "GetManifestResourceStream" or "GetManifestResourceNames" }) Refer(CodeUse.Resources, Module);
        if (!_isAccountedFor && DynamicCode.Does(symbol.Owner!, symbol.Name) is { } does && !IsTypeOfCreation(symbol, reference))
            Refer(CodeUse.Unfollowed, $"{Symbol.Readable(_author?.Key ?? _home.Name)} {does} ({symbol.Owner!.FullName}.{symbol.Name})");
    }

    /// <summary>A record tells of what kind it is by a token of itself, which is compared and never looked into.</summary>
    bool TellsItsKind => _written is { Name: "get_EqualityContract", Type.IsRecord: true };

    bool GivesHashCode => _written is { } method && OutsideCalls.GivesHashCode(method.Name);

    /// <summary>What the compiler makes of an iterator asks for its thread, to know whether it may begin without a copy of itself.</summary>
    bool IsOfIterator(MemberSymbol symbol) => symbol is { Owner.FullName: "System.Environment", Name: "get_CurrentManagedThreadId" }
        && _written is { Type.IsMade: true } method && (method.IsConstructor || method.Name.EndsWith(".GetEnumerator", StringComparison.Ordinal));

    /// <summary><c>new T()</c> is a call of the generic <c>Activator.CreateInstance</c>: its type is an argument, and followed.</summary>
    bool IsTypeOfCreation(MemberSymbol symbol, MemberReference reference) =>
        symbol is { Owner.FullName: "System.Activator" } && Reader.GetBlobReader(reference.Signature).ReadSignatureHeader().IsGeneric;

    /// <summary>A type the compiler made: what calls it through interfaces may call all of its virtual methods.</summary>
    void MadeType(CodeType type)
    {
        var definition = type.Definition;
        Type(definition.BaseType);
        foreach (var implemented in definition.GetInterfaceImplementations()) Type(Reader.GetInterfaceImplementation(implemented).Interface);
        Attributes(definition.GetCustomAttributes());
        FieldData.WriteLayout(type, Out, Signatures);
        foreach (var handle in definition.GetMethods())
        {
            var method = Module.MethodAt(handle);
            if (!method.IsVirtual && !type.IsAnonymous && method.Name != ".cctor") continue;
            if (method.Name[0] != '<') Out.Write(method.Name);
            Out.Write(Made(method));
        }
    }

    /// <summary>Follows what attributes say where references cannot; whether they said anything.</summary>
    bool Declared(CodeType home, CodeMethod? author)
    {
        var isDeclared = false;
        var holders = new List<CustomAttributeHandleCollection>();
        if (author is not null) holders.Add(author.Definition.GetCustomAttributes());
        for (var type = home; type is not null; type = type.Outer) holders.Add(type.Definition.GetCustomAttributes());
        foreach (var attributes in holders)
        {
            foreach (var texts in Module.AttributeTexts(attributes, nameof(UsesCodeAttribute), 1))
            {
                isDeclared = true;
                if (Module.FindQualified(texts[0]) is { } type) Refer(CodeUse.Everything, type);
            }

            foreach (var texts in Module.AttributeTexts(attributes, nameof(UsesLibraryAttribute), 2))
            {
                isDeclared = true;
                Refer(CodeUse.Library, new UsedLibrary(texts[0], texts[1]));
            }
        }

        return isDeclared;
    }
}
