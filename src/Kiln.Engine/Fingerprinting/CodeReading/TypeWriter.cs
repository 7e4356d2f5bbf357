using System.Reflection;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>Writes what matters of a type where it is named: what it derives from, how it lies in memory, an enum's names; and its members where they may be looked at.</summary>
sealed class TypeWriter : CodeWriter
{
    readonly CodeType _type;

    TypeWriter(CodeType type)
        : base(type.Module) => _type = type;

    /// <summary>What naming a type brings with it.</summary>
    public static CodeUnit Write(CodeType type)
    {
        var writer = new TypeWriter(type);
        writer.Heritage();
        FieldData.WriteLayout(type, writer.Out, writer.Signatures);
        writer.Constants();
        foreach (var method in ForeignOverrides.Of(type)) writer.Refer(CodeUse.Call, method);
        return writer.Done(type.Name);
    }

    /// <summary>What may be learned of a type by looking at its members: names, types and attributes, and what reading and making values runs.</summary>
    public static CodeUnit WriteMembers(CodeType type)
    {
        var writer = new TypeWriter(type);
        writer.Members();
        return writer.Done(type.Name + "'s members");
    }

    void Heritage()
    {
        var definition = _type.Definition;
        Type(definition.BaseType);
        foreach (var implemented in definition.GetInterfaceImplementations()) Type(Reader.GetInterfaceImplementation(implemented).Interface);
        Attributes(definition.GetCustomAttributes());
    }

    /// <summary>An enum's names and values: they are written and parsed by name.</summary>
    void Constants()
    {
        if (Module.Resolve(_type.Definition.BaseType) is not { Foreign.FullName: "System.Enum" }) return;
        foreach (var handle in _type.Definition.GetFields())
        {
            var field = Module.FieldAt(handle);
            Out.Write(field.Name);
            if (field.Definition.GetDefaultValue() is { IsNil: false } value) Out.Write(Reader.GetBlobBytes(Reader.GetConstant(value).Value));
            Attributes(field.Definition.GetCustomAttributes());
        }
    }

    void Members()
    {
        foreach (var handle in _type.Definition.GetFields())
        {
            var field = Module.FieldAt(handle);
            if (field.IsStatic) continue;
            Out.Write(field.Name);
            Out.Write(Signatures.Field(field.Definition.Signature));
            Look(field.Definition.Signature);
            Attributes(field.Definition.GetCustomAttributes());
        }

        foreach (var handle in _type.Definition.GetProperties())
        {
            var property = Reader.GetPropertyDefinition(handle);
            var accessors = property.GetAccessors();
            Out.Write(Reader.GetString(property.Name));
            Attributes(property.GetCustomAttributes());
            if (!accessors.Getter.IsNil) Refer(CodeUse.Call, Module.MethodAt(accessors.Getter));
            if (!accessors.Setter.IsNil) Refer(CodeUse.Call, Module.MethodAt(accessors.Setter));
        }

        foreach (var constructor in _type.Methods[".ctor"]) Refer(CodeUse.Call, constructor);
        if (Module.Resolve(_type.Definition.BaseType).Own is { } parent) Refer(CodeUse.Reflect, parent);
    }

    /// <summary>Who looks at a value looks at the values in it.</summary>
    void Look(BlobHandle signature) =>
        new SignatureText(Module, (type, _) =>
        {
            if (!type.IsMade) Refer(CodeUse.Reflect, type);
            return "";
        }, static type => type.Name).Field(signature);
}
