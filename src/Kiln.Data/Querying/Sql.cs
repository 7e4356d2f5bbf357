namespace Kiln.Data;

/// <summary>The only place that turns names and paths into SQL text. Values are bound as parameters instead.</summary>
public static class Sql
{
    /// <summary>A name of a column or table, whatever characters it holds.</summary>
    /// <exception cref="DataException">It holds a NUL.</exception>
    public static string Identifier(string name) => Quoted(name, '"');

    /// <summary>Names with commas between them.</summary>
    /// <exception cref="DataException">One holds a NUL.</exception>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Identifier));

    /// <summary>For file names in COPY and in views, which take no parameters.</summary>
    internal static string Literal(string text) => Quoted(text, '\'');

    /// <summary>A list of Parquet files, none of whose names is read as a pattern.</summary>
    internal static string Parquet(IEnumerable<string> files) => $"read_parquet({Files(files)})";

    /// <summary>The same files as a table function's first argument.</summary>
    internal static string Files(IEnumerable<string> files) => $"[{string.Join(", ", files.Select(file => Literal(Unpatterned(file))))}]";

    static string Unpatterned(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));

    static string Quoted(string text, char quote)
    {
        // A NUL would end the statement early in the C API.
        if (text.Contains('\0')) throw Errors.NulInName(text);
        return quote + text.Replace(quote.ToString(), new string(quote, 2)) + quote;
    }
}
