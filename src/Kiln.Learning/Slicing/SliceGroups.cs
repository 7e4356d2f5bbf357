using System.Collections.Immutable;

namespace Kiln.Learning.Slicing;

/// <summary>Rows told apart: each belongs to one group, or to none.</summary>
sealed record SliceGroups
{
    /// <summary>The group of a row that belongs to none.</summary>
    public const int None = -1;

    /// <summary>So many groups at most: more than anybody reads.</summary>
    public const int Most = 10_000;

    /// <summary>What the groups are called and what they mean.</summary>
    public required ImmutableArray<(string Name, string Definition)> Groups { get; init; }

    /// <summary>Each row's group, by its place.</summary>
    public required int[] Of { get; init; }

    /// <summary>How many rows each group has.</summary>
    public int[] Sizes()
    {
        var sizes = new int[Groups.Length];
        foreach (var group in Of)
            if (group != None) sizes[group]++;
        return sizes;
    }

    /// <summary>The groups as slices, in order.</summary>
    public ImmutableArray<Slice> ToSlices()
    {
        var rows = Array.ConvertAll(Sizes(), ImmutableArray.CreateBuilder<int>);
        for (var row = 0; row < Of.Length; row++)
            if (Of[row] != None) rows[Of[row]].Add(row);
        return [.. Groups.Select((group, place) => new Slice { Name = group.Name, Definition = group.Definition, Rows = rows[place].MoveToImmutable() })];
    }

    /// <summary>Every group of one with every group of the other; many may be empty.</summary>
    /// <exception cref="KilnException">There would be too many.</exception>
    public SliceGroups Cross(SliceGroups other)
    {
        if ((long)Groups.Length * other.Groups.Length > Most) throw SlicingErrors.ManyGroups(Groups.Length, other.Groups.Length);
        var crossed = new int[Of.Length];
        for (var row = 0; row < crossed.Length; row++)
            crossed[row] = Of[row] == None || other.Of[row] == None ? None : (Of[row] * other.Groups.Length) + other.Of[row];
        return new()
        {
            Groups = [.. Groups.SelectMany(one => other.Groups, (one, two) => ($"{one.Name} & {two.Name}", $"{one.Definition}, and {two.Definition}"))],
            Of = crossed,
        };
    }
}
