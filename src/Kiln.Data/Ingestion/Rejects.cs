using System.Collections.Immutable;
using System.Text;

namespace Kiln.Data;

/// <summary>A record that broke its contract: where, how, and its text.</summary>
sealed record Violation(long Line, string Column, string Rule, string Value);

/// <summary>Counts the rejected records, remembers the first, and collects them for the table of rejects.</summary>
sealed class Rejects(bool keepsRows)
{
    readonly List<long> _lines = [];
    readonly List<string?> _columns = [];
    readonly List<string?> _reasons = [];
    readonly List<string?> _texts = [];
    readonly SortedDictionary<(string Column, string Reason), long> _counts = [];

    public long Count { get; private set; }

    public Violation? First { get; private set; }

    public ImmutableArray<RejectCount> Counts => [.. _counts.Select(pair => new RejectCount(pair.Key.Column, pair.Key.Reason, pair.Value))];

    /// <param name="reason">The rule without what differs from row to row, so that rows can be counted by it.</param>
    public void Add(Violation violation, string reason, ReadOnlySpan<byte> raw)
    {
        Count++;
        First ??= violation;
        _counts[(violation.Column, reason)] = _counts.GetValueOrDefault((violation.Column, reason)) + 1;
        if (!keepsRows) return;
        _lines.Add(violation.Line);
        _columns.Add(violation.Column);
        _reasons.Add(violation.Rule);
        _texts.Add(Encoding.UTF8.GetString(raw));
    }

    /// <summary>Line, column, reason and text of each rejected record, by line.</summary>
    public IReadOnlyList<Column> ToColumns() =>
    [
        Column.Of<long>("line", _lines.ToArray()),
        Column.Texts("column", _columns.ToArray()),
        Column.Texts("reason", _reasons.ToArray()),
        Column.Texts("text", _texts.ToArray()),
    ];
}
