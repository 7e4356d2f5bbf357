using System.Reflection;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Which methods of a type code outside the solution may call: overrides of its virtual methods, and implementations of its interfaces.
/// Their names cannot be looked up there, so what is not the solution's own counts as foreign.
/// </summary>
static class ForeignOverrides
{
    public static IEnumerable<CodeMethod> Of(CodeType type)
    {
        if (type.IsInterface || Ancestry.IsStage(type)) return [];
        return All(type);
    }

    /// <summary>A stage's own overrides of what the engine calls, its bases' included where nothing overrides them.</summary>
    public static IEnumerable<CodeMethod> OfStage(CodeType stage)
    {
        var seen = new HashSet<(string, int)>();
        for (var level = stage; level is not null; level = Ancestry.Base(level))
            foreach (var method in All(level))
                if (seen.Add((method.Name, method.Arity))) yield return method;
    }

    static IEnumerable<CodeMethod> All(CodeType type)
    {
        var own = Ancestry.Of(type);
        var hasForeignInterfaces = own.Any(ancestor => ancestor.Definition.GetInterfaceImplementations()
            .Any(handle => ancestor.Module.Resolve(ancestor.Module.Reader.GetInterfaceImplementation(handle).Interface).Own is null));
        foreach (var group in type.Methods)
            foreach (var method in group)
            {
                if (!method.IsVirtual || (method.Definition.Attributes & MethodAttributes.Abstract) != 0) continue;
                if (method.IsNewSlot && !hasForeignInterfaces) continue;
                if (!own.Any(ancestor => ancestor != type && (method.IsNewSlot ? ancestor.IsInterface : !ancestor.IsInterface) && Declares(ancestor, method))) yield return method;
            }

        foreach (var handle in type.Definition.GetMethodImplementations())
        {
            var implementation = type.Module.Reader.GetMethodImplementation(handle);
            if (type.Module.ResolveMember(implementation.MethodDeclaration).Method is null && type.Module.ResolveMember(implementation.MethodBody).Method is { } body) yield return body;
        }
    }

    /// <summary>Whether a virtual method begins in a type of the solution. An override there continues a line that may begin outside.</summary>
    static bool Declares(CodeType ancestor, CodeMethod method) =>
        ancestor.Methods[method.Name].Any(declared => declared.IsVirtual && declared.IsNewSlot && declared.Arity == method.Arity);
}
