using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>What types of the solution derive from, and which of their methods a virtual call comes to.</summary>
static class Ancestry
{
    public static CodeType? Base(CodeType type) => type.Definition.BaseType.IsNil ? null : type.Module.Resolve(type.Definition.BaseType).Own;

    /// <summary>The type itself, its bases and all their interfaces, so far as they are the solution's.</summary>
    public static HashSet<CodeType> Of(CodeType type)
    {
        var all = new HashSet<CodeType>(ReferenceEqualityComparer.Instance);
        var open = new Stack<CodeType>([type]);
        while (open.TryPop(out var next))
        {
            if (!all.Add(next)) continue;
            if (Base(next) is { } parent) open.Push(parent);
            foreach (var handle in next.Definition.GetInterfaceImplementations())
                if (next.Module.Resolve(next.Module.Reader.GetInterfaceImplementation(handle).Interface).Own is { } implemented) open.Push(implemented);
        }

        return all;
    }

    /// <summary>Whether a type is what stages read and write: values of it are made where a body opens one.</summary>
    public static bool IsArtifact(CodeType type) => type.Definition.GetInterfaceImplementations()
        .Any(handle => type.Module.Resolve(type.Module.Reader.GetInterfaceImplementation(handle).Interface) is { Foreign: { Assembly: Solution.Engine, FullName: "Kiln.IArtifact`1" } });

    /// <summary>Whether a type is a stage's class.</summary>
    public static bool IsStage(CodeType type)
    {
        var root = type;
        while (Base(root) is { } parent) root = parent;
        return !root.Definition.BaseType.IsNil && root.Module.Resolve(root.Definition.BaseType).Foreign is { Assembly: Solution.Engine } foreign
            && typeof(Stage).IsAssignableFrom(typeof(Stage).Assembly.GetType(foreign.FullName));
    }

    /// <summary>What a call of a virtual method comes to on a value of a type: the nearest override or implementation among its bases.</summary>
    public static IEnumerable<CodeMethod> Implementations(CodeType type, CodeMethod called)
    {
        for (var level = type; level is not null; level = Base(level))
        {
            foreach (var handle in level.Definition.GetMethodImplementations())
            {
                var implementation = level.Module.Reader.GetMethodImplementation(handle);
                if (level.Module.ResolveMember(implementation.MethodDeclaration).Method == called
                    && level.Module.ResolveMember(implementation.MethodBody).Method is { } body) return [body];
            }

            var named = level.Methods[called.Name].Where(method => method.IsVirtual && method.Arity == called.Arity).ToList();
            if (named.Count > 0) return named; // overloads of as many values are not told apart
        }

        return [];
    }
}
