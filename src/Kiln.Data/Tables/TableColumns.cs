using System.Collections.Immutable;

namespace Kiln.Data;

/// <summary>Columns of one length, by name.</summary>
public sealed class TableColumns
{
    readonly string _subject;

    internal TableColumns(int rowCount, ImmutableArray<Column> columns, string subject) =>
        (RowCount, Columns, _subject) = (rowCount, columns, subject);

    /// <summary>Columns that are in memory already.</summary>
    /// <exception cref="DataException">They differ in length.</exception>
    public static TableColumns Of(params ImmutableArray<Column> columns)
    {
        var rows = columns.IsEmpty ? 0 : columns[0].Length;
        foreach (var column in columns)
            if (column.Length != rows) throw Errors.ColumnLength(column.Schema.Name, column.Length, rows);
        return new(rows, columns, "");
    }

    /// <summary>Rows of every column.</summary>
    public int RowCount { get; }

    /// <summary>The columns, in the order asked for.</summary>
    public ImmutableArray<Column> Columns { get; }

    /// <summary>A column by name.</summary>
    /// <exception cref="DataException">There is no such column.</exception>
    public Column this[string name] => Columns.FirstOrDefault(column => column.Schema.Name == name)
        ?? throw Errors.NoSuchColumn(_subject, name, Columns.Select(column => column.Schema.Name));

    /// <summary>Whether there is a column of this name.</summary>
    public bool Has(string name) => Columns.Any(column => column.Schema.Name == name);

    /// <summary>The rows at these places, in this order.</summary>
    public TableColumns Take(ReadOnlySpan<int> rows)
    {
        var taken = ImmutableArray.CreateBuilder<Column>(Columns.Length);
        foreach (var column in Columns) taken.Add(column.Take(rows));
        return new(rows.Length, taken.MoveToImmutable(), _subject);
    }

    /// <summary>The values of a column that has no nulls.</summary>
    /// <typeparam name="T">The <see cref="ColumnType.Storage"/> of the column.</typeparam>
    /// <exception cref="DataException">There is no such column, it has another type, or it has nulls.</exception>
    public ReadOnlyMemory<T> Values<T>(string name)
        where T : unmanaged
    {
        var column = this[name];
        if (column is not Column<T> typed) throw Errors.WrongColumnType(_subject, column.Schema, typeof(T));
        var firstNull = typed.Nulls.Span.IndexOf(true);
        return firstNull < 0 ? typed.Values : throw Errors.UnexpectedNull(_subject, name, firstNull);
    }

    /// <summary>The texts of a column; null is a missing value.</summary>
    public ReadOnlyMemory<string?> Texts(string name) => this[name] is TextColumn texts
        ? texts.Values
        : throw Errors.WrongColumnType(_subject, this[name].Schema, null);
}
