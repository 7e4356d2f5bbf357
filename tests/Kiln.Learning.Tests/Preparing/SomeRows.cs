using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Preparing;

/// <summary>A mixed table with a column of every kind, and a preparation with every step.</summary>
static class SomeRows
{
    public static Preparation EveryStep { get; } = new(
        Prepare.Numbers("age", "truth").Impute(Fill.Median, indicator: true).Standardize(),
        Prepare.Numbers("amount").Clip(-5, 1e6).Log(signed: true).RobustScale(),
        Prepare.Numbers("hours").ClipQuantiles(0.05, 0.95).MinMax(-1, 1),
        Prepare.Numbers("price").Impute(-1.5).Quantile(50, normal: true),
        Prepare.Numbers("whole").Quantile(10),
        Prepare.Categories("city").OneHot(maxCategories: 4),
        Prepare.Categories("job").ImputeMostFrequent().Ordinal(),
        Prepare.Categories("code").TargetEncode(folds: 3, smoothing: 2),
        Prepare.Categories("url").Hash(buckets: 8),
        Prepare.Times("when").Parts(DatePart.Hour, DatePart.Year).Cyclic(DatePart.Weekday, DatePart.DayOfYear).DaysSince(new(2020, 1, 1)),
        Prepare.Times("day").Cyclic(DatePart.DayOfMonth).Parts(DatePart.Month),
        Prepare.Bytes("pixels", 4).Scale(0.5, 0.25));

    public static TableColumns Columns(int rows, int seed = 1)
    {
        var random = new Random(seed);
        T[] Some<T>(Func<int, T> make) => [.. Enumerable.Range(0, rows).Select(make)];
        bool[] Nulls() => Some(row => row > 0 && random.Next(6) == 0);
        return TableColumns.Of(
            Column.Of<double>("age", Some(_ => random.NextDouble() * 80), Nulls()),
            Column.Of<bool>("truth", Some(_ => random.Next(2) == 0), Nulls()),
            Column.Of<float>("amount", Some(_ => (float)Math.Exp(random.NextDouble() * 20) - 100), Nulls()),
            Column.Of<short>("hours", Some(_ => (short)random.Next(100))),
            Column.Decimals<int>("price", 9, 2, Some(_ => random.Next(100_000)), Nulls()),
            Column.Of<long>("whole", Some(_ => (long)random.Next(30)), Nulls()),
            Column.Texts("city", Some(row => row > 0 && random.Next(5) == 0 ? null : "city " + random.Next(7))),
            Column.Texts("job", Some(row => row > 0 && random.Next(5) == 0 ? null : "job " + random.Next(4))),
            Column.Of<int>("code", Some(_ => random.Next(12)), Nulls()),
            Column.Texts("url", Some(row => random.Next(5) == 0 ? null : "ü/" + random.Next(1000))),
            Column.Timestamps("when", Some(_ => random.NextInt64(-1_000_000_000_000_000, 3_000_000_000_000_000)), Nulls()),
            Column.Dates("day", Some(_ => random.Next(-1000, 20_000)), Nulls()),
            Column.Bytes("pixels", Some<byte[]?>(_ => [(byte)random.Next(256), 0, 255, 7])));
    }

    public static Examples Of(int rows, int seed = 1)
    {
        var random = new Random(seed + 1000);
        return new()
        {
            Columns = Columns(rows, seed),
            Target = Target.Binary("label"),
            Labels = Enumerable.Range(0, rows).Select(_ => (float)random.Next(2)).ToArray(),
        };
    }

    /// <summary>Puts a row of the columns into an input row.</summary>
    public static void Put(InputRow into, TableColumns columns, int row)
    {
        into.Clear();
        for (var input = 0; input < into.Inputs.Length; input++)
        {
            var column = columns[into.Inputs[input].Name];
            if (column.IsNull(row)) continue;
            switch (column)
            {
                case Column<bool> truths: into.Set(input, truths.Values.Span[row]); break;
                case Column<long> { Schema.Type.Kind: ColumnKind.Timestamp } times: into.Set(input, DateTimeOffset.UnixEpoch.AddTicks(times.Values.Span[row] * 10)); break;
                case Column<int> { Schema.Type.Kind: ColumnKind.Date } days: into.Set(input, DateTimeOffset.UnixEpoch.AddDays(days.Values.Span[row])); break;
                case Column<long> numbers: into.Set(input, numbers.Values.Span[row]); break;
                case TextColumn texts: into.Set(input, texts.Values.Span[row]); break;
                case BytesColumn bytes: into.Set(input, bytes.Values.Span[row].AsMemory()); break;
                default: into.Set(input, column.ToDoubles()[row]); break;
            }
        }
    }
}
