using System.Collections.Immutable;
using Kiln.Learning.Explaining;
using Kiln.Learning.Gates;
using Kiln.Learning.Leakage;
using Kiln.Learning.Reviewing;

namespace Kiln.Learning.Reporting;

/// <summary>What pages tell of how a model was assessed, part by part.</summary>
public sealed record AssessmentSections
{
    /// <summary>What the criteria found.</summary>
    public required GateReport Gates { get; init; }

    /// <summary>What that comes to.</summary>
    public required GateDecision Decision { get; init; }

    /// <summary>The answers, looked at from all sides.</summary>
    public required ModelReview Review { get; init; }

    /// <summary>Why the model answers so.</summary>
    public required Explanation Explanation { get; init; }

    /// <summary>Ways in which it may know what it is judged on.</summary>
    public required ImmutableArray<LeakageFinding> Leaks { get; init; }

    /// <summary>What was found, with what it comes to.</summary>
    public static AssessmentSections Of(ImmutableArray<LeakageFinding> leaks, ModelReview review, Explanation explanation, GateReport gates, GateRules rules) => new()
    {
        Gates = gates,
        Decision = GateDecision.Of(gates, rules),
        Review = review,
        Explanation = explanation,
        Leaks = leaks,
    };

    /// <summary>The parts of a model card.</summary>
    public ImmutableArray<PageSection> OfCard() => [.. GateParts(), Intervals(), .. SliceParts(), .. FairnessParts(), LeakPart()];

    /// <summary>The parts of an evaluation page.</summary>
    public ImmutableArray<PageSection> OfEvaluation() => [.. GateParts(), Intervals(), .. SliceParts(), .. FairnessParts(), .. ExplanationSections.Of(Explanation), LeakPart(), .. WrongParts()];

    IEnumerable<PageSection> GateParts()
    {
        if (Gates.Criteria.IsEmpty)
        {
            yield return new() { Id = "gates", Heading = "Gates", Lead = "No criteria are declared (gates.criteria): nothing holds this model back." };
            yield break;
        }
        yield return new()
        {
            Id = "gates",
            Heading = "Gates",
            Lead = Decision switch
            {
                { IsPassed: true } => $"Passed: all {Gates.Criteria.Length} criteria.{(Decision.UnneededOverride is { } given ? $" An override by {given.By} ({given.Reason}) was given, and not needed." : "")}",
                { Override: { } allowed } => $"Refused by {Decision.Refusals.Length} of {Gates.Criteria.Length} criteria. {allowed.By} lets it pass all the same: {allowed.Reason}",
                _ => $"Refused by {Decision.Refusals.Length} of {Gates.Criteria.Length} criteria.",
            },
            Facts = [.. Gates.Criteria.Select(result => new Fact(result.Name, $"{result.Deciding.Word}: {result.Reason}"))],
            Tables =
            [
                new()
                {
                    Caption = $"Each criterion with what the test rows show. A difference is of this model less the other. {Gates.Intervals}. Drawn is how many rows or groups there were to draw; a budget is not drawn.",
                    Columns =
                    [
                        new("criterion", "Criterion", ColumnFormat.Text), new("figure", "Figure", ColumnFormat.Text), new("required", "Required", ColumnFormat.Text), new("verdict", "Verdict", ColumnFormat.Text),
                        new("estimate", "Estimate", ColumnFormat.Measure), new("lower", "From", ColumnFormat.Measure), new("upper", "To", ColumnFormat.Measure), new("rows", "Rows", ColumnFormat.Count), new("positives", "Positives", ColumnFormat.Count),
                        new("units", "Drawn", ColumnFormat.Count),
                    ],
                    Rows = [.. Gates.Criteria.SelectMany(result => result.Verdicts.Select(verdict => RowOf(result, verdict)))],
                },
            ],
        };
    }

    static object?[] RowOf(CriterionResult result, Verdict verdict) =>
    [
        result.Name, verdict.Gate == result.Figure ? result.Figure : $"{result.Figure}, {verdict.Gate}", verdict.Evidence.Requirement, verdict.Word,
        verdict.Evidence.Estimate, verdict.Evidence.Lower, verdict.Evidence.Upper, verdict.Evidence.Rows, verdict.Evidence.Positives, verdict.Evidence.Units == 0 ? null : verdict.Evidence.Units,
    ];

    PageSection Intervals() => new()
    {
        Id = "intervals",
        Heading = "How sure the figures are",
        Lead = Review.Intervals + ".",
        Tables = [Table("Metrics over all test rows", Review.Metrics)],
    };

    IEnumerable<PageSection> SliceParts()
    {
        var tables = ImmutableArray.CreateBuilder<PageTable>();
        if (!Review.Slices.IsEmpty)
            tables.Add(new()
            {
                Caption = $"{Review.Slices[0].Figure.Metric} by slice",
                Columns = [new("slice", "Slice", ColumnFormat.Text), new("rows", "Rows", ColumnFormat.Count), new("positives", "Positives", ColumnFormat.Count), .. IntervalColumns],
                Rows = [.. Review.Slices.Select(slice => new object?[] { slice.Definition, slice.Rows, slice.Positives, slice.Figure.Estimate, slice.Figure.Lower, slice.Figure.Upper, slice.Figure.Reason })],
            });
        if (Review.Worst is { } worst)
            tables.Add(new()
            {
                Caption = $"The slices whose rows cost most ({worst.Loss}; mean over all rows {Written.Number(worst.MeanLoss)}), of {worst.Tested:N0} that were tested. P-values are corrected for that many (Holm).",
                Columns =
                [
                    new("slice", "Slice", ColumnFormat.Text), new("rows", "Rows", ColumnFormat.Count), new("loss", "Mean loss", ColumnFormat.Measure), new("rest", "Of the rest", ColumnFormat.Measure),
                    new("p", "Corrected p", ColumnFormat.Measure), new("significant", "Beyond chance", ColumnFormat.Text),
                ],
                Rows = [.. worst.Slices.Select(slice => new object?[] { slice.Definition, slice.Rows, slice.MeanLoss, slice.RestLoss, slice.CorrectedPValue, slice.IsSignificant ? "yes" : "no" })],
            });
        if (tables.Count > 0) yield return new() { Id = "slices", Heading = "Slices", Tables = tables.ToImmutable() };
    }

    IEnumerable<PageSection> FairnessParts()
    {
        if (Review.Fairness.IsEmpty) yield break;
        yield return new()
        {
            Id = "fairness",
            Heading = "Fairness",
            Lead = "A difference is the highest group's rate less the lowest's (0 at best), a ratio the lowest over the highest (1 at best). Selected is what is answered with the second class.",
            Tables =
            [
                .. Review.Fairness.SelectMany(groups => new[]
                {
                    new PageTable
                    {
                        Caption = $"Groups by {groups.Report.Column}; below {groups.Report.LeastRows:N0} rows none is compared",
                        Columns =
                        [
                            new("group", "Group", ColumnFormat.Text), new("rows", "Rows", ColumnFormat.Count), new("positives", "Positives", ColumnFormat.Count), new("selected", "Selected", ColumnFormat.Percent),
                            new("tpr", "Of positives, selected", ColumnFormat.Percent), new("fpr", "Of negatives, selected", ColumnFormat.Percent), new("compared", "Compared", ColumnFormat.Text),
                        ],
                        Rows = [.. groups.Report.Groups.Select(group => new object?[] { group.Name, group.Rows, group.Positives, group.SelectionRate, group.TruePositiveRate, group.FalsePositiveRate, group.IsCompared ? "yes" : "no" })],
                    },
                    Table($"Measures by {groups.Report.Column}", groups.Intervals),
                }),
            ],
        };
    }

    PageSection LeakPart() => new()
    {
        Id = "leaks",
        Heading = "Leaks",
        Lead = Leaks.Any(finding => finding.Outcome == LeakageOutcome.Suspicious)
            ? "Something of the test rows may have been known while the model learned: the figures above may be too good."
            : "Nothing was found by which the model could have known what it is judged on.",
        Tables =
        [
            new()
            {
                Caption = "What was looked for between training and test rows",
                Columns = [new("check", "Check", ColumnFormat.Text), new("outcome", "Outcome", ColumnFormat.Text), new("found", "Found", ColumnFormat.Text), new("next", "What to do", ColumnFormat.Text)],
                Rows = [.. Leaks.Select(finding => new object?[] { Words($"{finding.Check}"), Words($"{finding.Outcome}"), finding.Found, finding.Next })],
            },
        ],
    };

    IEnumerable<PageSection> WrongParts()
    {
        if (Review.MostWrong.IsEmpty) yield break;
        var columns = Review.MostWrong[0].Values.Select((value, place) => new PageColumn($"c{place}", value.Column, ColumnFormat.Text));
        yield return new()
        {
            Id = "wrong",
            Heading = "Most wrong",
            Lead = "The test rows that cost most: what was true, what was answered, and what the model saw.",
            Tables =
            [
                new()
                {
                    Caption = $"{Review.MostWrong.Length:N0} test rows, the worst first",
                    Columns = [new("row", "Row", ColumnFormat.Count), new("label", "True", ColumnFormat.Text), new("answer", "Answered", ColumnFormat.Text), new("loss", "Loss", ColumnFormat.Number), .. columns],
                    Rows = [.. Review.MostWrong.Select(example => new object?[] { example.Row, example.Label, example.Answer, example.Loss }.Concat(example.Values.Select(value => (object?)value.Value)).ToArray())],
                },
            ],
        };
    }

    static ImmutableArray<PageColumn> IntervalColumns { get; } =
        [new("estimate", "Estimate", ColumnFormat.Measure), new("lower", "From", ColumnFormat.Measure), new("upper", "To", ColumnFormat.Measure), new("reason", "Remark", ColumnFormat.Text)];

    static PageTable Table(string caption, ImmutableArray<MetricInterval> figures) => new()
    {
        Caption = caption,
        Columns = [new("metric", "Metric", ColumnFormat.Text), .. IntervalColumns],
        Rows = [.. figures.Select(figure => new object?[] { figure.Metric, figure.Estimate, figure.Lower, figure.Upper, figure.Reason })],
    };

    /// <summary>A name in code as words: DuplicateRows becomes duplicate rows.</summary>
    static string Words(string name) => string.Concat(name.Select((letter, place) => char.IsUpper(letter) ? (place > 0 ? " " : "") + char.ToLowerInvariant(letter) : $"{letter}"));
}
