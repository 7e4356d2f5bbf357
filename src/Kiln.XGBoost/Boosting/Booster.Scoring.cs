using System.Collections.Immutable;
using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

public sealed unsafe partial class Booster
{
    /// <summary>Scores dense rows where they lie, without making a matrix of them.</summary>
    /// <param name="values">Values [rows, columns], row by row; NaN is a missing value.</param>
    /// <param name="columns">How many columns: as many as in training.</param>
    /// <param name="kind">What to say of each row.</param>
    /// <returns>Scores [rows, outputs].</returns>
    /// <exception cref="XGBoostException">Another number of columns, or an infinite value.</exception>
    public Scores Predict(ReadOnlySpan<float> values, int columns, ScoreKind kind = ScoreKind.Value)
    {
        if (values.IsEmpty) return new([], [0, 0]);
        var scores = ScoreInPlace(values, columns, kind, out var rows);
        return new(scores.ToArray(), [rows, scores.Length / rows]);
    }

    /// <summary>Scores dense rows into the caller's memory; for a row at a time, this is the quickest.</summary>
    /// <param name="values">Values [rows, columns], row by row; NaN is a missing value.</param>
    /// <param name="columns">How many columns: as many as in training.</param>
    /// <param name="scores">Takes the scores [rows, outputs].</param>
    /// <param name="kind">What to say of each row.</param>
    /// <returns>How many scores were written.</returns>
    /// <exception cref="XGBoostException">Another number of columns, an infinite value, or too little room.</exception>
    public int Score(ReadOnlySpan<float> values, int columns, Span<float> scores, ScoreKind kind = ScoreKind.Value)
    {
        if (values.IsEmpty) return 0;
        var found = ScoreInPlace(values, columns, kind, out _);
        if (found.Length > scores.Length) throw Errors.WrongLength("places for scores", scores.Length, $"{found.Length:#,0}");
        found.CopyTo(scores);
        return found.Length;
    }

    /// <summary>Scores a matrix's rows, from their base margins where it has some: scores [rows, outputs].</summary>
    public Scores Predict(DMatrix matrix, ScoreKind kind = ScoreKind.Value) => Ask(matrix, (int)kind);

    /// <summary>
    /// How much each column, and last the base, adds to each row's margin (SHAP values): contributions [rows, outputs, features + 1], which
    /// sum to the margin.
    /// </summary>
    /// <param name="matrix">The rows.</param>
    /// <param name="approximate">Whether Saabas' quick approximation will do.</param>
    public Scores Contributions(DMatrix matrix, bool approximate = false) => Ask(matrix, approximate ? 3 : 2);

    /// <summary>How much each pair of columns adds to each row's margin: [rows, outputs, features + 1, features + 1].</summary>
    public Scores Interactions(DMatrix matrix) => Ask(matrix, 4);

    /// <summary>In which leaf of each tree each row ends: leaves [rows, rounds, outputs, parallel trees].</summary>
    public Scores Leaves(DMatrix matrix) => Ask(matrix, 6);

    ReadOnlySpan<float> ScoreInPlace(ReadOnlySpan<float> values, int columns, ScoreKind kind, out int rows)
    {
        if (columns != Features) throw Errors.WrongFeatures("columns", $"{Features}", $"{columns}");
        if (values.Length % columns != 0) throw Errors.WrongLength("values", values.Length, $"a multiple of {columns} columns");
        if (Scanning.FirstInfinite(values) is >= 0 and var infinite)
            throw Errors.BadValue("A feature is infinite", values[infinite], infinite / columns, $"{infinite % columns} (from 0)", "Missing values are NaN.");
        rows = values.Length / columns;
        var text = stackalloc byte[ArrayInterface.Size];
        var config = kind == ScoreKind.Value
            ? "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true,\"missing\":NaN,\"cache_id\":0}\0"u8
            : "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true,\"missing\":NaN,\"cache_id\":0}\0"u8;
        fixed (float* data = values)
        fixed (byte* settings = config)
        {
            ArrayInterface.Write(new(text, ArrayInterface.Size), data, rows, columns);
            LibraryLog.Start();
            NativeMethods.Check(NativeMethods.PredictDense(handle, text, settings, 0, out var shape, out _, out var scores));
            // The library keeps them for this thread until its next call.
            return new(scores, checked((int)(shape[0] * shape[1])));
        }
    }

    Scores Ask(DMatrix matrix, int type)
    {
        if (matrix.Columns != Features) throw Errors.WrongFeatures("columns", $"{Features}", $"{matrix.Columns}");
        if (!FeatureNames.IsEmpty && !matrix.FeatureNames.IsEmpty && !FeatureNames.SequenceEqual(matrix.FeatureNames))
            throw Errors.WrongFeatures("column names", Differing(FeatureNames, matrix.FeatureNames), Differing(matrix.FeatureNames, FeatureNames));
        if (!FeatureTypes.IsEmpty && !matrix.FeatureTypes.IsEmpty && !FeatureTypes.SequenceEqual(matrix.FeatureTypes))
            throw Errors.WrongFeatures("column types", string.Join(", ", FeatureTypes), string.Join(", ", matrix.FeatureTypes));
        LibraryLog.Start();
        var scores = Predict(handle, matrix, type, training: false, out var shape);
        return new(scores.ToArray(), shape);
    }

    static string Differing(ImmutableArray<string> names, ImmutableArray<string> others) =>
        string.Join(", ", names.Where((name, i) => name != others[i]).Take(5));

    /// <summary>The library's own numbers, kept by it until its next call on this thread.</summary>
    internal static ReadOnlySpan<float> Predict(BoosterHandle handle, DMatrix matrix, int type, bool training, out ImmutableArray<int> shape)
    {
        var config = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"type":{{type}},"training":{{(training ? "true" : "false")}},"iteration_begin":0,"iteration_end":0,"strict_shape":true}""" + '\0');
        fixed (byte* settings = config)
        {
            NativeMethods.Check(NativeMethods.Predict(handle, matrix.Handle, settings, out var sizes, out var dimensions, out var scores));
            shape = [.. new ReadOnlySpan<ulong>(sizes, (int)dimensions).ToArray().Select(size => checked((int)size))];
            return new(scores, shape.Aggregate(1, (product, size) => checked(product * size)));
        }
    }
}
