namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Calls by which code runs that no reference leads to. Looking types and members up is harmless; running what was looked up is not.
/// Native libraries are not among them: a stage declares those as inputs, or the class that calls them says <see cref="UsesLibraryAttribute"/>.
/// </summary>
static class DynamicCode
{
    /// <summary>What a call does that cannot be followed; null where it can.</summary>
    public static string? Does(ForeignType owner, string member) => (owner.FullName, member) switch
    {
        ("System.Type", "GetType" or "InvokeMember" or "GetTypeFromProgID" or "GetTypeFromCLSID") => "finds a type by its name",
        ("System.Type", "MakeGenericType") or ("System.Reflection.MethodInfo", "MakeGenericMethod") => "constructs a generic at run time",
        ("System.Reflection.Assembly", "Load" or "LoadFrom" or "LoadFile" or "UnsafeLoadFrom" or "LoadWithPartialName" or "LoadModule") => "loads an assembly",
        ("System.Reflection.Assembly", "GetType" or "GetTypes" or "GetExportedTypes" or "CreateInstance" or "get_DefinedTypes" or "get_ExportedTypes") => "finds types in an assembly",
        ("System.Runtime.Loader.AssemblyLoadContext", _) => "loads assemblies",
        ("System.AppDomain", "Load" or "CreateInstance" or "GetAssemblies" or "ExecuteAssembly") => "finds assemblies",
        ("System.Activator", "CreateInstance" or "CreateInstanceFrom") => "makes a value of a type it is given",
        ("System.Runtime.CompilerServices.RuntimeHelpers", "GetUninitializedObject") => "makes a value of a type it is given",
        ("System.Reflection.MethodBase" or "System.Reflection.MethodInfo" or "System.Reflection.ConstructorInfo" or "System.Reflection.MethodInvoker" or "System.Reflection.ConstructorInvoker", "Invoke") => "calls a method it looked up",
        ("System.Reflection.MethodInfo" or "System.Delegate", "CreateDelegate" or "DynamicInvoke") => "calls a method it looked up",
        ("System.Reflection.PropertyInfo", "GetValue" or "SetValue") => "calls a property it looked up",
        ("System.Reflection.Emit.DynamicMethod" or "System.Reflection.Emit.AssemblyBuilder", _) => "makes code at run time",
        ("System.Linq.Expressions.Expression`1" or "System.Linq.Expressions.LambdaExpression", "Compile") => "compiles code at run time",
        ("Microsoft.CSharp.RuntimeBinder.Binder", _) => "binds a dynamic call at run time",
        ("System.Diagnostics.Process", "Start") => "starts a program",
        _ => null,
    };
}
