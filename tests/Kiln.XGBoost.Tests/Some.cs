using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

/// <summary>Rows with a signal in them, drawn from a seed.</summary>
static class Some
{
    public const int Columns = 6;

    public static float[] Values(int rows = 400, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * Columns).Select(_ => random.NextDouble() < 0.1 ? float.NaN : (float)(random.NextDouble() * 4 - 2))];
    }

    public static float[] Labels(float[] values, int seed = 2)
    {
        var random = new Random(seed);
        return [.. values.Chunk(Columns).Select(row => Or(row[0]) + Or(row[1]) * Or(row[2]) + random.NextDouble() - 0.5 > 0 ? 1f : 0f)];
    }

    public static DMatrix Matrix(int rows = 400, int seed = 1, MatrixDetails? details = null)
    {
        var values = Values(rows, seed);
        return new(values, Columns, (details ?? new()) with { Labels = Labels(values) });
    }

    static float Or(float value) => float.IsNaN(value) ? 0 : value;
}
