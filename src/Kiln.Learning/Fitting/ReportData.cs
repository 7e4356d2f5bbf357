using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Describing;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>Writes the page that tells what a table holds, what was rejected, and what changed since an earlier version.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="table">The table.</param>
/// <param name="described">The stage that looked through it.</param>
/// <param name="templates">The pipeline's own templates, or none.</param>
[TaskDescription("Writes the page that tells what a table holds, what was rejected, and what changed.")]
public sealed class ReportData(string pipeline, DescribedTable table, DescribeData described, Inputs<Folder> templates) : Stage
{
    /// <summary>So many rejected records are shown.</summary>
    const int MostRejects = 20;

    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The templates that override the built-in ones.</summary>
    public Inputs<Folder> Templates { get; } = templates;

    /// <summary>What the table holds.</summary>
    public Input<Json<TableFacts>> Facts { get; } = described.Facts;

    /// <summary>What was read and rejected.</summary>
    public Inputs<Json<IngestReport>> Counts { get; } = new(table.Counts);

    /// <summary>The rejected records.</summary>
    public Inputs<Table> Rejects { get; } = new(table.Rejects);

    /// <summary>What the files promise.</summary>
    public Inputs<PlainFile> Contract { get; } = new(table.Contract is null ? [] : [table.Contract]);

    /// <summary>The page.</summary>
    public Output<Page> Page { get; } = new($"reports/{pipeline}/data/{table.Name}.html") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var counts = run.Open(Counts).Select(file => file.Read()).ToList();
        var page = new DataPage
        {
            Pipeline = run.Facts.Pipeline,
            Table = run.Open(Facts).Read(),
            Ingested = counts.Count == 0 ? null : Together(counts),
            Contract = run.Open(Contract) is [var contract] ? DataContract.FromYaml(contract.Path) : null,
            Rejects = Table.Of(run.Open(Rejects).SelectMany(part => part.Files)) is { Files.IsEmpty: false } rejects ? First(rejects) : [],
            Provenance = RunPages.ProvenanceOf(run.Facts, [], RunPages.Reproduce(run.Facts, FullName)),
        };
        run.Open(Page).Write(new PageRenderer(run.Open(Templates) is [var own] ? own.Path : null).Render(page));
        return Task.CompletedTask;
    }

    /// <summary>The counts of several files as those of one.</summary>
    static IngestReport Together(List<IngestReport> counts) => new()
    {
        RowsRead = counts.Sum(count => count.RowsRead),
        RowsAccepted = counts.Sum(count => count.RowsAccepted),
        RowsRejected = counts.Sum(count => count.RowsRejected),
        Rejects =
        [
            .. counts.SelectMany(count => count.Rejects).GroupBy(reject => (reject.Column, reject.Reason)).Select(group => new RejectCount(group.Key.Column, group.Key.Reason, group.Sum(reject => reject.Rows)))
                .OrderBy(reject => reject.Column, StringComparer.Ordinal).ThenBy(reject => reject.Reason, StringComparer.Ordinal),
        ],
        Columns = [],
    };

    static ImmutableArray<RejectedRecord> First(Table rejects)
    {
        using var first = rejects.Query($"SELECT line, \"column\", reason, text FROM this LIMIT {MostRejects}");
        var rows = first.ReadAll();
        return [.. Enumerable.Range(0, rows.RowCount).Select(row => new RejectedRecord(
            long.Parse(rows["line"].TextAt(row)!), rows["column"].TextAt(row) ?? "", rows["reason"].TextAt(row) ?? "", rows["text"].TextAt(row) ?? ""))];
    }
}
