using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace Kiln.Tests;

/// <summary>What somebody does to a workspace before a run.</summary>
enum Edit
{
    ChangeSource,
    ChangeWord,
    DeleteOutput,
    EditOutput,
    TouchSource,
    LoseState,
    LoseResults,
    DamageStore,
    Nothing,
}

/// <summary>An edit, and how the run after it goes. <c>Failing</c> has a bit for each stage that fails this time.</summary>
sealed record Step(Edit Edit, int Which, int Value, int Jobs, int Failing, bool KeepGoing);

/// <summary>A graph and what happens to it. A stage's <c>Needs</c> has a bit for each earlier stage, and higher bits for three sources.</summary>
sealed record History(ImmutableArray<int> Needs, ImmutableArray<Step> Steps)
{
    public const int Sources = 3;

    public static Arbitrary<History> Any { get; } = Arb.From(
        from stages in Gen.Choose(1, 9)
        from needs in Gen.ArrayOf(Gen.Choose(0, (1 << 12) - 1), stages)
        from count in Gen.Choose(1, 4)
        from steps in Gen.ArrayOf(AnyStep, count)
        select new History([.. needs], [.. steps]),
        history => history.Smaller());

    static Gen<Step> AnyStep { get; } =
        from edit in Gen.Elements(Enum.GetValues<Edit>())
        from which in Gen.Choose(0, 8)
        from value in Gen.Choose(0, 2)
        from jobs in Gen.Choose(1, 4)
        from fails in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 511)))
        from keepGoing in Gen.Elements(true, false)
        select new Step(edit, which, value, jobs, fails, keepGoing);

    public override string ToString() => $"needs {string.Join(' ', Needs)}: {string.Join("; ", Steps)}";

    IEnumerable<History> Smaller()
    {
        for (var i = 0; i < Steps.Length; i++)
        {
            if (Steps.Length > 1) yield return this with { Steps = Steps.RemoveAt(i) };
            if (Steps[i].Failing != 0) yield return this with { Steps = Steps.SetItem(i, Steps[i] with { Failing = 0 }) };
        }

        if (Needs.Length > 1) yield return this with { Needs = Needs.RemoveAt(Needs.Length - 1) };
    }
}
