using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Models;

/// <summary>Settings of which exactly one is to be given.</summary>
static class OneOf
{
    /// <summary>What is wrong where none is given, or several.</summary>
    /// <param name="rule">What has exactly one of what.</param>
    /// <param name="all">All there are, by their names, each null where it is not given.</param>
    public static IEnumerable<ValidationResult> Check(string rule, params IReadOnlyList<(string Name, object? Given)> all)
    {
        var given = all.Where(one => one.Given is not null).Select(one => one.Name).ToList();
        if (given.Count == 1) yield break;
        yield return new($"{rule}, one of {string.Join(", ", all.Select(one => one.Name))}; here {(given.Count == 0 ? "is none" : $"are {string.Join(" and ", given)} (null takes one away)")}");
    }
}
