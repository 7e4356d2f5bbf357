namespace Kiln.Fingerprinting.CodeReading;

/// <summary>
/// Which calls may bring into a program what its own files do not hold: files, variables, clocks, chance. What is listed here as harmless computes
/// from what it is given and from nothing else; whatever is not listed counts as looking outside.
/// </summary>
static class OutsideCalls
{
    static readonly string[] Spaces =
    [
        "System.Collections", "System.ComponentModel.DataAnnotations", "System.Diagnostics.CodeAnalysis", "System.Globalization", "System.Linq", "System.Numerics",
        "System.Runtime.CompilerServices", "System.Text",
    ];

    static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "System.Array", "System.ArraySegment", "System.Attribute", "System.BitConverter", "System.Boolean", "System.Byte", "System.Char", "System.Comparison", "System.Convert",
        "System.Converter", "System.DateOnly", "System.DateTime", "System.DateTimeOffset", "System.Decimal", "System.Delegate", "System.Double", "System.Enum", "System.Exception",
        "System.Func", "System.Action", "System.Guid", "System.Half", "System.HashCode", "System.Index", "System.Int128", "System.Int16", "System.Int32", "System.Int64", "System.IntPtr",
        "System.Lazy", "System.Math", "System.MathF", "System.Memory", "System.MemoryExtensions", "System.MulticastDelegate", "System.Nullable", "System.Object", "System.Predicate",
        "System.Range", "System.ReadOnlyMemory", "System.ReadOnlySpan", "System.SByte", "System.Single", "System.Span", "System.String", "System.StringComparer", "System.TimeOnly",
        "System.TimeSpan", "System.Tuple", "System.UInt128", "System.UInt16", "System.UInt32", "System.UInt64", "System.UIntPtr", "System.Uri", "System.ValueTuple", "System.ValueType", "System.Version",
        "System.IComparable", "System.IDisposable", "System.IEquatable", "System.IFormatProvider", "System.IFormattable", "System.IParsable", "System.ISpanFormattable", "System.ISpanParsable",
        "System.IO.Path", "System.Runtime.InteropServices.CollectionsMarshal", "System.Runtime.InteropServices.ImmutableCollectionsMarshal", "System.Runtime.InteropServices.MemoryMarshal",
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
        // Hash codes differ from process to process.
        "System.String.GetHashCode", "System.Object.GetHashCode", "System.HashCode.Combine", "System.HashCode.ToHashCode",
        "System.Delegate.DynamicInvoke", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
        "System.IO.Path.Exists", "System.IO.Path.GetTempPath", "System.IO.Path.GetTempFileName", "System.IO.Path.GetRandomFileName",
    };

    /// <summary>Members of other types that do not: the program's own folder, and what is set for this process alone.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "System.AppContext.get_BaseDirectory", "System.Environment.SetEnvironmentVariable", "System.Environment.get_NewLine",
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
        var type = owner.FullName.AsSpan();
        if (type.IndexOfAny('`', '+') is var end and > 0) type = type[..end];
        if (Harmless.Contains(full)) return false;
        if (type.SequenceEqual("System.Type")) return member is not ("GetTypeFromHandle" or "get_Name" or "get_FullName" or "op_Equality" or "op_Inequality");
        if (Types.GetAlternateLookup<ReadOnlySpan<char>>().Contains(type)) return Members.Contains(full);
        if (type.EndsWith("Exception")) return false;
        foreach (var space in Spaces)
            if (type.StartsWith(space) && type.Length > space.Length && type[space.Length] == '.')
                return (member.StartsWith("get_Current", StringComparison.Ordinal) && space == "System.Globalization")
                    || full is "System.Linq.Enumerable.Shuffle" or "System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode" || type.StartsWith("System.Linq.Parallel");
        return true;
    }
}
