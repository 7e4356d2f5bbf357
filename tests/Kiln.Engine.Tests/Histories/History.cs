using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace Kiln.Tests;

/// <summary>What somebody or something does to a workspace before a run.</summary>
enum Edit
{
    Nothing,
    ChangeSource,
    ChangeSourceKeepingItsTime,
    TouchSource,
    AddToFolder,
    TakeFromFolder,
    ChangeWord,
    DeleteOutput,
    EditOutput,
    PutForeignFileIntoOutput,
    LoseState,
    LoseResults,
    LoseObjects,
    LoseEverything,
    DamageStore,
    DamageState,
    LeaveHalfWritten,
}

enum NodeKind
{
    File,
    Folder,
    Partition,
    Command,
}

/// <summary>An edit, and how the run after it goes. <c>Failing</c> has a bit for each stage that fails this time.</summary>
sealed record Step(Edit Edit, int Which, int Value, int Jobs, int Failing, bool KeepGoing, Death? Death, int Space);

/// <summary>A run that is killed: so many microseconds after so many stages began.</summary>
sealed record Death(int Stages, int Microseconds);

/// <summary>
/// A graph and what happens to it. A node's <c>Needs</c> has a bit for each earlier node, and higher bits for three source files and a source folder.
/// </summary>
/// <param name="Nodes">The graph, in order.</param>
/// <param name="EndsLate">Whether one more stage comes after all others, by order alone.</param>
/// <param name="Shared">Whether two workspaces with one cache live through it.</param>
/// <param name="Steps">What happens.</param>
sealed record History(ImmutableArray<(NodeKind Kind, int Needs)> Nodes, bool EndsLate, bool Shared, ImmutableArray<Step> Steps)
{
    public const int Sources = 3, MostNodes = 9;

    public static Arbitrary<History> Any { get; } = Arb.From(
        from count in Gen.Choose(1, MostNodes)
        from nodes in Gen.ArrayOf(AnyNode, count)
        from endsLate in Gen.Elements(true, false)
        from shared in Gen.Elements(true, false)
        from length in Gen.Choose(1, 4)
        from steps in Gen.ArrayOf(AnyStep, length)
        select new History([.. nodes], endsLate, shared, [.. steps]),
        history => history.Smaller());

    static Gen<(NodeKind, int)> AnyNode { get; } =
        from kind in Gen.Frequency((6, Gen.Constant(NodeKind.File)), (3, Gen.Constant(NodeKind.Folder)), (3, Gen.Constant(NodeKind.Partition)), (1, Gen.Constant(NodeKind.Command)))
        from needs in Gen.Choose(0, (1 << (MostNodes + Sources + 1)) - 1)
        select (kind, needs);

    static Gen<Step> AnyStep { get; } =
        from edit in Gen.Elements(Enum.GetValues<Edit>())
        from which in Gen.Choose(0, MostNodes - 1)
        from value in Gen.Choose(0, 2)
        from jobs in Gen.Choose(1, 4)
        from failing in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, (1 << MostNodes) - 1)))
        from keepGoing in Gen.Elements(true, false)
        from dies in Gen.Frequency((39, Gen.Constant(false)), (1, Gen.Constant(true)))
        from stages in Gen.Choose(0, 3)
        from microseconds in Gen.Choose(0, 20_000)
        from space in Gen.Choose(0, 1)
        select new Step(edit, which, value, jobs, failing, keepGoing, dies ? new Death(stages, stages == 0 ? microseconds * 15 : microseconds) : null, space);

    public override string ToString() =>
        $"{string.Join(' ', Nodes.Select(node => $"{node.Kind}:{node.Needs}"))}{(EndsLate ? ", a late one" : "")}{(Shared ? ", shared cache" : "")}: {string.Join("; ", Steps)}";

    IEnumerable<History> Smaller()
    {
        for (var i = 0; i < Steps.Length; i++)
        {
            if (Steps.Length > 1) yield return this with { Steps = Steps.RemoveAt(i) };
            if (Steps[i].Failing != 0) yield return this with { Steps = Steps.SetItem(i, Steps[i] with { Failing = 0 }) };
            if (Steps[i].Death is not null) yield return this with { Steps = Steps.SetItem(i, Steps[i] with { Death = null }) };
        }

        if (Shared) yield return this with { Shared = false };
        if (EndsLate) yield return this with { EndsLate = false };
        if (Nodes.Length > 1) yield return this with { Nodes = Nodes.RemoveAt(Nodes.Length - 1) };
    }
}
