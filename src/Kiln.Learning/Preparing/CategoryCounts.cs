using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>A column's categories in order, how often each is there, and each row's number, as <see cref="CategoryLookup"/> gives them.</summary>
sealed record CategoryCounts(ImmutableArray<string> Known, int[] Counts, int[] Codes, int Missing)
{
    /// <summary>So many categories at most.</summary>
    public const int Most = 10_000_000;

    /// <exception cref="KilnException">The column holds no categories, or no value.</exception>
    public static CategoryCounts Of(Column column)
    {
        InputKinds.Check(column, "texts, truths or numbers", InputKind.Text, InputKind.Boolean, InputKind.Number);
        var numbers = new Dictionary<string, int>();
        var texts = new List<string>();
        var codes = new int[column.Length];
        for (var row = 0; row < codes.Length; row++)
        {
            if (CategoryText.At(column, row) is not { } text)
            {
                codes[row] = -1;
                continue;
            }
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, text, out var known);
            if (!known)
            {
                number = texts.Count;
                texts.Add(text);
            }
            codes[row] = number;
        }
        if (texts.Count > Most) throw PreparingErrors.ManyFeatures(column.Schema.Name, texts.Count, Most);
        return Ordered(InputKinds.Of(column), texts, codes);
    }

    /// <summary>The same with a value in place of missing ones.</summary>
    public CategoryCounts Filled(string value, InputKind kind)
    {
        var texts = Known.ToList();
        if (!texts.Contains(value)) texts.Add(value);
        var place = texts.IndexOf(value);
        return Ordered(kind, texts, Array.ConvertAll(Codes, code => code == Feature.Missing ? place : code - CategoryCodes.First));
    }

    // The codes are places among the texts, or -1 for missing.
    static CategoryCounts Ordered(InputKind kind, List<string> texts, int[] codes)
    {
        var order = texts.ToArray();
        var places = Enumerable.Range(0, order.Length).ToArray();
        Array.Sort(order, places, kind == InputKind.Number ? ByValue : StringComparer.Ordinal);
        var codeOf = new int[order.Length];
        for (var i = 0; i < places.Length; i++) codeOf[places[i]] = i;
        var (counts, missing) = (new int[order.Length], 0);
        for (var row = 0; row < codes.Length; row++)
        {
            if (codes[row] < 0)
            {
                codes[row] = Feature.Missing;
                missing++;
                continue;
            }
            var place = codeOf[codes[row]];
            counts[place]++;
            codes[row] = CategoryCodes.First + place;
        }
        return new(ImmutableCollectionsMarshal.AsImmutableArray(order), counts, codes, missing);
    }

    // Numbers in their own order, as people look for them; texts settle what doubles cannot tell apart.
    static readonly Comparer<string> ByValue = Comparer<string>.Create((one, other) =>
    {
        // A value that was imputed need not be a number: NaN comes first.
        var order = ValueOf(one).CompareTo(ValueOf(other));
        return order != 0 ? order : string.CompareOrdinal(one, other);
    });

    static double ValueOf(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
