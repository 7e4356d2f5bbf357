using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Kiln.Data;

/// <summary>Reads a contract from YAML, and refuses what it does not know.</summary>
static partial class ContractFile
{
    const int MostDigits = 18;

    static readonly Dictionary<string, ColumnKind> Kinds = new(StringComparer.Ordinal)
    {
        ["integer"] = ColumnKind.Integer,
        ["bigint"] = ColumnKind.BigInt,
        ["double"] = ColumnKind.Double,
        ["text"] = ColumnKind.Text,
        ["date"] = ColumnKind.Date,
        ["timestamp"] = ColumnKind.Timestamp,
        ["boolean"] = ColumnKind.Boolean,
    };

    public static DataContract Read(string path)
    {
        var file = YamlMap.Load(path, "columns", "uniqueKey", "order", "rows", "onReject", "maxRejectedShare");
        var maps = file.Maps("columns", "name", "type", "round", "nullable", "min", "max", "allowed", "pattern");
        var columns = maps.Select(Column).ToImmutableArray();
        if (columns.IsEmpty) throw file.Wrong("columns", "at least one column is expected");
        var names = columns.Select(column => column.Name).ToImmutableArray();
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw file.Wrong("columns", $"two columns are called {twice.Key}");

        var rows = file.Has("rows") ? file.Map("rows", "min", "max") : null;
        var contract = new DataContract
        {
            Columns = columns,
            UniqueKey = Names(file, "uniqueKey", names),
            Order = Names(file, "order", names),
            MinRows = rows?.Count("min", 0) ?? 0,
            MaxRows = rows?.Count("max", long.MaxValue) ?? long.MaxValue,
            OnReject = file.OptionalText("onReject") switch
            {
                null or "fail" => RejectPolicy.Fail,
                "keep" => RejectPolicy.Keep,
                _ => throw file.Wrong("onReject", "fail or keep is expected"),
            },
            MaxRejectedShare = file.Share("maxRejectedShare", 1),
        };
        return contract.MinRows <= contract.MaxRows ? contract : throw file.Wrong("rows", "min is larger than max");
    }

    static ColumnRule Column(YamlMap map)
    {
        var rule = new ColumnRule
        {
            Name = map.Text("name"),
            Type = TypeOf(map),
            Round = map.Truth("round", false),
            Nullable = map.Truth("nullable", false),
            Min = map.OptionalText("min"),
            Max = map.OptionalText("max"),
            Allowed = map.Texts("allowed"),
            Pattern = map.OptionalText("pattern"),
        };
        if (rule.Name.Length == 0) throw map.Wrong("name", "a name is expected");
        try
        {
            FieldParser.For(rule);
        }
        catch (RuleException e)
        {
            throw map.Wrong(e.Key, e.Message);
        }
        return rule;
    }

    static ColumnType TypeOf(YamlMap map)
    {
        var text = map.Text("type");
        if (Kinds.TryGetValue(text, out var kind)) return new(kind);
        if (DecimalType().Match(text) is { Success: true } match)
        {
            var (precision, scale) = (int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan));
            if (precision is >= 1 and <= MostDigits && scale <= precision) return ColumnType.Decimal(precision, scale);
            throw map.Wrong("type", $"a decimal has 1 to {MostDigits} digits, at most all of them behind the point");
        }
        throw map.Wrong("type", $"{text} is no type; {string.Join(", ", Kinds.Keys)} and decimal(p,s) are");
    }

    static ImmutableArray<string> Names(YamlMap file, string key, ImmutableArray<string> known)
    {
        var names = file.Texts(key);
        foreach (var name in names)
            if (!known.Contains(name)) throw file.Wrong(key, $"no column is called {name}{Errors.Hint(name, known)}");
        return names;
    }

    [GeneratedRegex(@"\Adecimal\(\s*([0-9]{1,3})\s*,\s*([0-9]{1,3})\s*\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalType();
}
