using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>What kinds columns are of, as models see them.</summary>
static class InputKinds
{
    public static InputKind Of(Column column) => Of(column.Schema.Type.Kind);

    public static InputKind Of(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => InputKind.Boolean,
        ColumnKind.Text => InputKind.Text,
        ColumnKind.Date or ColumnKind.Timestamp => InputKind.Time,
        ColumnKind.Blob => InputKind.Bytes,
        _ => InputKind.Number,
    };

    public static string Describe(InputKind kind) => kind switch
    {
        InputKind.Boolean => "truths",
        InputKind.Text => "texts",
        InputKind.Time => "dates or times",
        InputKind.Bytes => "bytes",
        _ => "numbers",
    };

    /// <exception cref="KilnException">The column is of another kind.</exception>
    public static void Check(Column column, string expected, params ReadOnlySpan<InputKind> allowed)
    {
        if (!allowed.Contains(Of(column))) throw PreparingErrors.WrongKind(column.Schema.Name, expected, $"{Describe(Of(column))} ({column.Schema.Type})");
    }
}
