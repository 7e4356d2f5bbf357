using System.Collections.Immutable;
using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

/// <summary>
/// Rows to train on or to evaluate, in the library's own form. The values are read in place while it is made and not needed after.
/// </summary>
public sealed unsafe class DMatrix : IDisposable
{
    readonly float firstLabel;
    readonly bool oneLabel;

    /// <summary>Makes a matrix of a dense one.</summary>
    /// <param name="values">Values [rows, columns], row by row; NaN is a missing value.</param>
    /// <param name="columns">How many columns; the rows follow from it.</param>
    /// <param name="details">Labels, weights, names and types.</param>
    /// <exception cref="XGBoostException">
    /// No rows, an infinite value, a label that is no number, a negative weight, no category, or lengths that do not fit.
    /// </exception>
    public DMatrix(ReadOnlySpan<float> values, int columns, MatrixDetails? details = null)
    {
        details ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(details.Threads, 1);
        if (values.Length == 0) throw Errors.NoRows(columns);
        if (values.Length % columns != 0) throw Errors.WrongLength("values", values.Length, $"a multiple of {columns} columns");
        (Columns, Rows, Labels) = (columns, values.Length / columns, details.Labels);
        (FeatureNames, FeatureTypes) = ([.. details.FeatureNames], [.. details.FeatureTypes]);
        CheckFeatures();
        CheckValues(values);
        CheckRows(details);
        (firstLabel, oneLabel) = Labels.IsEmpty ? default : (Labels.Span[0], !Labels.Span.ContainsAnyExcept(Labels.Span[0]));
        Handle = Create(values, details.Threads);
        try
        {
            SetDetails(details);
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>The labels [rows]; empty where there are none.</summary>
    public ReadOnlyMemory<float> Labels { get; }

    /// <summary>The columns' names; empty where they have none.</summary>
    public ImmutableArray<string> FeatureNames { get; }

    /// <summary>The columns' types; empty where all are numeric by default.</summary>
    public ImmutableArray<FeatureType> FeatureTypes { get; }

    internal MatrixHandle Handle { get; }

    /// <summary>The label that all rows have, or null.</summary>
    internal float? OnlyLabel => oneLabel ? firstLabel : null;

    internal string NameOf(int column) => FeatureNames.IsEmpty ? $"{column} (from 0)" : FeatureNames[column];

    internal static string LibraryName(FeatureType type) => type == FeatureType.Categorical ? "c" : "q";

    internal nint Acquire()
    {
        var held = false;
        try
        {
            Handle.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            throw Errors.Disposed("matrix");
        }

        return Handle.DangerousGetHandle();
    }

    internal void Yield() => Handle.DangerousRelease();

    public void Dispose() => Handle.Dispose();

    void CheckFeatures()
    {
        if (FeatureNames.Length is not 0 && FeatureNames.Length != Columns)
            throw Errors.WrongLength("feature names", FeatureNames.Length, $"{Columns}, one a column");
        if (FeatureTypes.Length is not 0 && FeatureTypes.Length != Columns)
            throw Errors.WrongLength("feature types", FeatureTypes.Length, $"{Columns}, one a column");
        if (FeatureNames.FirstOrDefault(name => string.IsNullOrEmpty(name) || name.AsSpan().ContainsAny("[]<\0")) is { } bad)
            throw Errors.BadNames($"\"{bad}\"");
        if (FeatureNames.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Errors.BadNames($"\"{twice.Key}\" stands there {twice.Count()} times");
    }

    void CheckValues(ReadOnlySpan<float> values)
    {
        if (Scanning.FirstInfinite(values) is >= 0 and var infinite)
            throw Errors.BadValue("A feature is infinite", values[infinite], infinite / Columns, NameOf(infinite % Columns),
                "Missing values are NaN; correct or clip what is too large.");
        for (var column = 0; column < FeatureTypes.Length; column++)
            if (FeatureTypes[column] == FeatureType.Categorical && Scanning.FirstNoCategory(values, column, Columns) is >= 0 and var none)
                throw Errors.BadValue("A value is no category", values[none], none / Columns, NameOf(column),
                    "Number the categories 0, 1, 2, …; a missing one is NaN.");
    }

    void CheckRows(MatrixDetails details)
    {
        CheckLength("labels", details.Labels.Length, Rows);
        if (Scanning.FirstNotFinite(details.Labels.Span) is >= 0 and var label)
            throw Errors.BadValue("A label is not a number", details.Labels.Span[label], label, null, "Leave out the rows whose label is not known.");
        if (details.Groups.Any(size => size < 1) || (details.Groups.Count > 0 && details.Groups.Sum(size => (long)size) != Rows))
            throw Errors.WrongLength("rows in groups", details.Groups.Sum(size => (long)size), $"{Rows:#,0}, at least 1 a group");
        CheckLength("weights", details.Weights.Length, details.Groups.Count > 0 ? details.Groups.Count : Rows);
        var weights = details.Weights.Span;
        for (var i = 0; i < weights.Length; i++)
            if (!(weights[i] >= 0 && float.IsFinite(weights[i])))
                throw Errors.BadValue("A weight is negative or not a number", weights[i], i, null, "Weights are 0 or more.");
        if (details.BaseMargins.Length % Rows != 0) throw Errors.WrongLength("base margins", details.BaseMargins.Length, $"a multiple of {Rows:#,0} rows");
        if (Scanning.FirstNotFinite(details.BaseMargins.Span) is >= 0 and var margin)
            throw Errors.BadValue("A base margin is not a number", details.BaseMargins.Span[margin], margin / Math.Max(1, details.BaseMargins.Length / Rows), null, "Correct it.");
    }

    static void CheckLength(string what, int length, int expected)
    {
        if (length != 0 && length != expected) throw Errors.WrongLength(what, length, $"{expected:#,0}");
    }

    MatrixHandle Create(ReadOnlySpan<float> values, int threads)
    {
        var text = stackalloc byte[ArrayInterface.Size];
        var config = System.Text.Encoding.UTF8.GetBytes($$"""{"missing":NaN,"nthread":{{threads}}}""" + '\0');
        fixed (float* data = values)
        fixed (byte* settings = config)
        {
            ArrayInterface.Write(new(text, ArrayInterface.Size), data, Rows, Columns);
            LibraryLog.Start();
            NativeMethods.Check(NativeMethods.CreateMatrix(text, settings, out var matrix));
            return new(matrix);
        }
    }

    void SetDetails(MatrixDetails details)
    {
        Set("label", details.Labels.Span, 1);
        if (details.Groups.Count > 0) SetGroups([.. details.Groups.Select(size => (uint)size)]);
        Set("weight", details.Weights.Span, 1);
        Set("base_margin", details.BaseMargins.Span, details.BaseMargins.Length / Rows);
        SetFeatures("feature_name", FeatureNames);
        SetFeatures("feature_type", [.. FeatureTypes.Select(LibraryName)]);
    }

    void Set(string field, ReadOnlySpan<float> values, int columns)
    {
        if (values.IsEmpty) return;
        var text = stackalloc byte[ArrayInterface.Size];
        fixed (float* data = values)
        {
            ArrayInterface.Write(new(text, ArrayInterface.Size), data, values.Length / columns, columns);
            NativeMethods.Check(NativeMethods.SetMatrixInfo(Handle, field, text));
        }
    }

    void SetGroups(ReadOnlySpan<uint> sizes)
    {
        var text = stackalloc byte[ArrayInterface.Size];
        fixed (uint* data = sizes)
        {
            ArrayInterface.Write(new(text, ArrayInterface.Size), data, sizes.Length, 1, "<u4");
            NativeMethods.Check(NativeMethods.SetMatrixInfo(Handle, "group", text));
        }
    }

    void SetFeatures(string field, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        using var native = new NativeStrings(texts);
        NativeMethods.Check(NativeMethods.SetMatrixFeatures(Handle, field, native.Pointer, native.Count));
    }
}
