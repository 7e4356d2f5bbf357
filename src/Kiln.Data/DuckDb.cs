using Kiln.Data.Native;

namespace Kiln.Data;

/// <summary>DuckDB as what it is to a stage that reads or writes tables: an input, for its version decides the bytes of a file.</summary>
public static class DuckDb
{
    /// <summary>The library in force.</summary>
    public static Input<PlainFile> Library { get; } = NativeTools.Library(DuckDbLibrary.Tool, DuckDbLibrary.Override);
}
