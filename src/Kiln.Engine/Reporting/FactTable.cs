using System.Collections.Immutable;
using System.Globalization;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Reporting;

/// <summary>
/// Shows the facts of manifests to people: hashes in short, files with what their kind has to say of them. A made file's earlier version is
/// looked up in the store; a source's is gone.
/// </summary>
sealed class FactTable(ContentStore store, CodeIdentity code, Style style)
{
    /// <summary>How many facts of one kind and role have rows: a stage may read ten thousand files.</summary>
    const int Most = 8;

    public string Changes(PlannedStage stage, IReadOnlyList<FactChange> changes, params string[] headings)
    {
        var table = new TextTable(style, headings is [] ? ["What", "Of", "Was", "Is"] : headings);
        foreach (var alike in changes.GroupBy(change => (change.Kind, Role: Role(change))))
        {
            foreach (var change in alike.Take(Most))
            {
                table.Add(Word(change.Kind), change.Label, Was(stage, change), Is(stage, change));
                if (change.IsOfCode) AddMethods(table, code.Changes(change.Old!, change.New!));
            }

            if (alike.Count() > Most) table.Add(Word(alike.Key.Kind), Further(alike.Count() - Most, alike.Key.Role), "", "");
        }

        return table.ToString();
    }

    static void AddMethods(TextTable table, ImmutableArray<string> methods)
    {
        foreach (var method in methods.Take(Most)) table.Add("", $"  {method}", "", "");
        if (methods.Length > Most) table.Add("", $"  {Further(methods.Length - Most, "")}", "", "");
    }

    public string Facts(PlannedStage stage, ImmutableArray<Fact> facts)
    {
        var table = new TextTable(style, "What", "Of", "Is");
        var shown = facts.Where(fact => fact.Kind is not (FactKind.Stage or FactKind.Output)).Select(fact => new FactChange(fact.Kind, fact.Label, null, fact.Value));
        foreach (var alike in shown.OrderBy(fact => fact.Kind == FactKind.Code).GroupBy(fact => (fact.Kind, Role: Role(fact))))
        {
            foreach (var fact in alike.Take(Most)) table.Add(Word(fact.Kind), fact.Label, Is(stage, fact));
            if (alike.Count() > Most) table.Add(Word(alike.Key.Kind), Further(alike.Count() - Most, alike.Key.Role), "");
        }

        return table.ToString();
    }

    static string Further(int count, string role) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} more{(role.Length > 0 ? " of " + role : "")}");

    string Was(PlannedStage stage, FactChange change) => change.Old is not { } old ? "(none)"
        : change.Kind == FactKind.Input && ContentHash.TryParse(old, out var hash) ? With(Shortened.Value(old), store.Find(hash) is { } stored ? Declared(stage, change.Label)?.Summarize(stored) : null)
        : Shortened.Value(old);

    static string Is(PlannedStage stage, FactChange change) => change.New is not { } now ? "(none)"
        : change.Kind != FactKind.Input ? Shortened.Value(now)
        : stage.Inputs.FirstOrDefault(input => input.Fact == change.Label) is { } input ? With(Shortened.Value(now), Declared(stage, change.Label)?.Summarize(input.Path))
        : Shortened.Value(now);

    /// <summary>The declaration behind an input's fact: it knows the kind of file.</summary>
    static Input? Declared(PlannedStage stage, string label)
    {
        var index = stage.Inputs.ToList().FindIndex(input => input.Fact == label);
        return index < 0 ? null : stage.Stage.Shape.InputsOf(stage.Stage).ElementAtOrDefault(index).Input;
    }


    static string With(string hash, string? summary) => summary is null ? hash : $"{hash}, {summary}";

    static string Role(FactChange change) => change.Kind == FactKind.Input ? change.Label.Split(' ', 2)[0] : "";

    static string Word(FactKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];
}
