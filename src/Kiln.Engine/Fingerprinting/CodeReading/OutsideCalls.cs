namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Which calls may bring into a program what its own files do not hold: files, variables, clocks, chance. What is listed here as harmless computes
/// from what it is given and from nothing else; whatever is not listed counts as looking outside.
/// </summary>
static class OutsideCalls
{
    /// <summary>Namespaces, without those below them, whose types are harmless but for <see cref="Unsteady"/>.</summary>
    static readonly HashSet<string> Spaces = new(StringComparer.Ordinal)
    {
        "System.Collections.Generic", "System.Collections.Immutable", "System.Collections.ObjectModel", "System.Globalization", "System.Numerics", "System.Text", "System.Text.Json",
        "System.Text.Json.Nodes", "System.Text.Json.Serialization", "System.Text.Json.Serialization.Metadata", "System.Text.RegularExpressions",
    };

    /// <summary>Types of those namespaces that are not: whose order of values follows hash codes, and what tells of the machine.</summary>
    static readonly HashSet<string> Unsteady = new(StringComparer.Ordinal)
    {
        "System.Collections.Immutable.ImmutableDictionary", "System.Collections.Immutable.ImmutableHashSet", "System.Globalization.CultureInfo", "System.Globalization.RegionInfo", "System.Numerics.Vector",
    };

    static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "System.Array", "System.ArraySegment", "System.Attribute", "System.BitConverter", "System.Boolean", "System.Byte", "System.Char", "System.Comparison", "System.Convert",
        "System.Converter", "System.DateOnly", "System.DateTime", "System.DateTimeOffset", "System.Decimal", "System.Delegate", "System.Double", "System.Enum", "System.Exception",
        "System.FormattableString", "System.Func", "System.Action", "System.Guid", "System.Half", "System.Index", "System.Int128", "System.Int16", "System.Int32", "System.Int64", "System.IntPtr",
        "System.Lazy", "System.Math", "System.MathF", "System.Memory", "System.MemoryExtensions", "System.MulticastDelegate", "System.Nullable", "System.Object", "System.Predicate",
        "System.Range", "System.ReadOnlyMemory", "System.ReadOnlySpan", "System.SByte", "System.Single", "System.Span", "System.String", "System.StringComparer", "System.TimeOnly",
        "System.TimeSpan", "System.Tuple", "System.UInt128", "System.UInt16", "System.UInt32", "System.UInt64", "System.UIntPtr", "System.Uri", "System.ValueTuple", "System.ValueType", "System.Version",
        "System.IComparable", "System.IDisposable", "System.IEquatable", "System.IFormatProvider", "System.IFormattable", "System.ISpanFormattable",
        "System.Collections.ArrayList", "System.Collections.BitArray", "System.Collections.Comparer", "System.Collections.DictionaryEntry", "System.Collections.ICollection",
        "System.Collections.IComparer", "System.Collections.IDictionary", "System.Collections.IDictionaryEnumerator", "System.Collections.IEnumerable", "System.Collections.IEnumerator",
        "System.Collections.IEqualityComparer", "System.Collections.IList", "System.Collections.IStructuralComparable", "System.Collections.IStructuralEquatable", "System.Collections.StructuralComparisons",
        "System.ComponentModel.DataAnnotations.IValidatableObject", "System.ComponentModel.DataAnnotations.MaxLengthAttribute", "System.ComponentModel.DataAnnotations.MinLengthAttribute",
        "System.ComponentModel.DataAnnotations.RegularExpressionAttribute", "System.ComponentModel.DataAnnotations.RequiredAttribute", "System.ComponentModel.DataAnnotations.StringLengthAttribute",
        "System.ComponentModel.DataAnnotations.ValidationAttribute", "System.ComponentModel.DataAnnotations.ValidationContext", "System.ComponentModel.DataAnnotations.ValidationResult",
        "System.IO.Path", "System.Linq.Enumerable", "System.Linq.IGrouping", "System.Linq.ILookup", "System.Linq.IOrderedEnumerable", "System.Linq.ImmutableArrayExtensions", "System.Linq.Lookup",
        "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler", "System.Runtime.CompilerServices.FormattableStringFactory", "System.Runtime.CompilerServices.ITuple",
        "System.Runtime.CompilerServices.StrongBox", "System.Runtime.CompilerServices.Unsafe",
        "System.Runtime.InteropServices.CollectionsMarshal", "System.Runtime.InteropServices.ImmutableCollectionsMarshal", "System.Runtime.InteropServices.MemoryMarshal",
        "System.Threading.Interlocked", "System.Threading.Lock", "System.Threading.Monitor",
    };

    /// <summary>Members of those types that look outside all the same.</summary>
    static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        // What a text leaves out of a date is taken from today's.
        "System.DateTime.Parse", "System.DateTime.ParseExact", "System.DateTime.TryParse", "System.DateTime.TryParseExact",
        "System.DateTimeOffset.Parse", "System.DateTimeOffset.ParseExact", "System.DateTimeOffset.TryParse", "System.DateTimeOffset.TryParseExact",
        "System.DateOnly.Parse", "System.DateOnly.ParseExact", "System.DateOnly.TryParse", "System.DateOnly.TryParseExact", "System.Convert.ToDateTime", "System.Convert.ChangeType",
        "System.Delegate.DynamicInvoke", "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.Linq.Enumerable.Shuffle",
        // Of a value that is given as an object, it reads properties that no reference leads to.
        "System.Text.Json.JsonSerializer.Serialize", "System.Text.Json.JsonSerializer.SerializeToDocument", "System.Text.Json.JsonSerializer.SerializeToElement",
        "System.Text.Json.JsonSerializer.SerializeToNode", "System.Text.Json.JsonSerializer.SerializeToUtf8Bytes",
        "System.IO.Path.Exists", "System.IO.Path.GetTempPath", "System.IO.Path.GetTempFileName", "System.IO.Path.GetRandomFileName",
    };

    /// <summary>Members of other types that do not: the program's own folder and what its files hold, what is set for this process alone, and what compilers call.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "System.AppContext.get_BaseDirectory", "System.Environment.SetEnvironmentVariable", "System.Environment.get_NewLine",
        "System.Globalization.CultureInfo.get_InvariantCulture", "System.Globalization.CultureInfo.get_NumberFormat", "System.Globalization.CultureInfo.get_DateTimeFormat",
        "System.Globalization.CultureInfo.get_TextInfo", "System.Globalization.CultureInfo.get_CompareInfo",
        "System.Runtime.CompilerServices.RuntimeHelpers.CreateSpan", "System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack",
        "System.Runtime.CompilerServices.RuntimeHelpers.Equals", "System.Runtime.CompilerServices.RuntimeHelpers.GetSubArray", "System.Runtime.CompilerServices.RuntimeHelpers.InitializeArray",
        "System.Runtime.CompilerServices.RuntimeHelpers.IsReferenceOrContainsReferences",
        "System.Reflection.Assembly.GetManifestResourceNames", "System.Type.get_Assembly", "System.Type.GetTypeFromHandle", "System.Type.get_Name", "System.Type.get_FullName", "System.Type.op_Equality", "System.Type.op_Inequality",
    };

    /// <summary>Of the engine: what reads and writes files that nobody noted. What a pipeline is declared with notes what it looks at.</summary>
    static readonly HashSet<string> OfTheEngine = new(StringComparer.Ordinal)
    {
        "Kiln.PlainFile.ReadText", "Kiln.PlainFile.WriteText", "Kiln.PlainFile.Summarize", "Kiln.Folder.File", "Kiln.Folder.Summarize", "Kiln.Json`1.Read", "Kiln.Json`1.Write",
    };

    /// <param name="owner">A type that is not the solution's.</param>
    /// <param name="member">The member that is called.</param>
    public static bool Looks(ForeignType owner, string member)
    {
        var full = $"{owner.FullName}.{member}";
        if (owner.Assembly == Solution.Engine) return OfTheEngine.Contains(full);
        if (owner.FullName == "an array") return false;
        if (!owner.IsFramework) return true;
        if (Harmless.Contains(full)) return false;
        if (Members.Contains(full) || IsHashCode(owner, member)) return true;
        var type = owner.FullName.AsSpan();
        if (type.IndexOfAny('`', '+') is var end and > 0) type = type[..end];
        if (Types.GetAlternateLookup<ReadOnlySpan<char>>().Contains(type) || type.EndsWith("Exception")) return false;
        return !Spaces.GetAlternateLookup<ReadOnlySpan<char>>().Contains(type[..Math.Max(0, type.LastIndexOf('.'))])
            || Unsteady.GetAlternateLookup<ReadOnlySpan<char>>().Contains(type) || member.StartsWith("get_Current", StringComparison.Ordinal) && type.StartsWith("System.Globalization");
    }

    /// <summary>Whether a call gives a hash code. They differ from process to process; a method that itself gives one may call others.</summary>
    public static bool IsHashCode(ForeignType owner, string member) => owner.FullName == "System.HashCode" || GivesHashCode(member);

    /// <summary>Whether a method gives a hash code, by its name.</summary>
    public static bool GivesHashCode(string method) => method == nameof(GetHashCode) || method.EndsWith("." + nameof(GetHashCode), StringComparison.Ordinal);
}
