namespace Kiln.Pipelines.Income;

/// <summary>
/// Gives a file of the census the shape of CSV: it has no header, a blank behind each comma and a question mark for what is unknown; the
/// test's first line is a remark, and its labels end in a point.
/// </summary>
[TaskDescription("Gives a file of the census a header and the usual form of CSV.")]
public sealed class Tidy(string name, Input<PlainFile> source) : Stage
{
    const string Header = "age,workclass,fnlwgt,education,education_num,marital_status,occupation,relationship,race,sex,capital_gain,capital_loss,hours_per_week,native_country,income";

    /// <summary>The file as it came.</summary>
    public Input<PlainFile> Source { get; } = source;

    /// <summary>The same rows as CSV.</summary>
    public Output<PlainFile> Csv { get; } = new($"data/income/csv/{name}.csv");

    /// <inheritdoc/>
    protected override async Task RunAsync(StageRun run)
    {
        var lines = await File.ReadAllLinesAsync(run.Open(Source).Path, run.Cancellation);
        var rows = lines.Where(line => line.Length > 0 && line[0] != '|').Select(line => string.Join(',', line.TrimEnd('.').Split(", ").Select(field => field == "?" ? "" : field)));
        await File.WriteAllLinesAsync(run.Open(Csv).Path, rows.Prepend(Header), run.Cancellation);
    }
}
