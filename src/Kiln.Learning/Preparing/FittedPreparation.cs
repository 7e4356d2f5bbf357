using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>
/// All that was fitted to training rows, as data: it turns rows into features without looking at anything else. A batch and its rows one
/// by one give the same bits, and so does what was written and read again.
/// </summary>
public sealed record FittedPreparation
{
    const int LargestBlock = 2048;

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    Layout? _layout;

    /// <summary>The format's version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The fitted columns, in the order of their features.</summary>
    public required ImmutableArray<FittedColumn> Columns { get; init; }

    /// <summary>The columns that rows must have, each once.</summary>
    [JsonIgnore]
    public ImmutableArray<InputColumn> Inputs => Plan.Inputs;

    /// <summary>What rows become.</summary>
    [JsonIgnore]
    public ImmutableArray<Feature> Features => Plan.Features;

    Layout Plan => _layout ??= Layout.Of(Columns);

    /// <summary>Prepares rows, a table's or a part of them.</summary>
    /// <exception cref="KilnException">A column is missing or of another kind, or a value has no meaning; the error names column and row.</exception>
    public FeatureMatrix Apply(TableColumns columns) => Apply(columns, null);

    /// <summary>An empty row, to be filled and prepared again and again.</summary>
    public InputRow NewRow() => new(Inputs);

    /// <summary>Prepares one row into as many numbers as there are <see cref="Features"/>, allocating nothing.</summary>
    /// <exception cref="KilnException">The room is of another length, the row is another preparation's, or a value has no meaning; the error names the column.</exception>
    public void Apply(InputRow row, Span<float> features)
    {
        if (row.Inputs != Inputs && !SameInputs(row.Inputs)) throw PreparingErrors.OtherRow(Inputs, row.Inputs);
        if (features.Length != Features.Length) throw PreparingErrors.FeatureSpan(Features.Length, features.Length);
        for (var i = 0; i < Columns.Length; i++) Columns[i].Apply(row[Plan.InputOf[i]], features.Slice(Plan.Offsets[i], Plan.Widths[i]));
    }

    /// <summary>As JSON: the same text for the same fit, from which the same preparation is read.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="KilnException">The text is something else, or its parts do not fit together.</exception>
    public static FittedPreparation FromJson(string json) => FromJson(json, null);

    /// <param name="json">The text.</param>
    /// <param name="file">The file that it is from, for the error.</param>
    internal static FittedPreparation FromJson(string json, string? file)
    {
        try
        {
            return (JsonSerializer.Deserialize<FittedPreparation>(json, Options) ?? throw PreparingErrors.NotAPreparation("it is null", file)).Checked(file);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw PreparingErrors.NotAPreparation(JsonFault.Describe(error), file, error);
        }
    }

    internal FittedPreparation Checked(string? file = null)
    {
        if (Version != 1) throw PreparingErrors.NotAPreparation($"its format is of version {Version}; this program reads 1", file);
        if (Columns.IsDefaultOrEmpty) throw PreparingErrors.NotAPreparation("it has no columns", file);
        foreach (var column in Columns)
        {
            if (column?.Input is null) throw PreparingErrors.NotAPreparation("a column is null", file);
            if (column.Flaw() is { } flaw) throw PreparingErrors.NotAPreparation($"column {column.Input.Name}: {flaw}", file);
        }
        if (Columns.Sum(column => (long)column.Width) > FittedOneHot.Most) throw PreparingErrors.NotAPreparation($"it makes more than {FittedOneHot.Most:#,0} features", file);
        _ = Plan;
        return this;
    }

    /// <summary>Prepares rows; for training rows with what fitting learned of them.</summary>
    internal FeatureMatrix Apply(TableColumns columns, IReadOnlyList<FittedPart>? training)
    {
        var features = new float[checked(columns.RowCount * Features.Length)];
        Apply(columns, training, features);
        return new(Features, features);
    }

    /// <summary>Prepares rows into [rows, features].</summary>
    internal void Apply(TableColumns columns, IReadOnlyList<FittedPart>? training, Memory<float> features)
    {
        var sources = Columns.Select(fitted => Source(columns, fitted)).ToArray();
        var width = Features.Length;
        var block = Math.Clamp((1 << 16) / width, 16, LargestBlock);
        var blocks = (columns.RowCount + block - 1) / block;
        try
        {
            Parallel.For(0, blocks, ApplyBlock);
        }
        catch (AggregateException)
        {
            // Once more in order: the error that is told is the first one.
            for (var i = 0; i < blocks; i++) ApplyBlock(i);
            throw;
        }

        void ApplyBlock(int number)
        {
            var from = number * block;
            var count = Math.Min(block, columns.RowCount - from);
            for (var i = 0; i < sources.Length; i++)
            {
                var into = features.Span.Slice(from * width + Plan.Offsets[i], (count - 1) * width + Plan.Widths[i]);
                if (training?[i].Training is { } prepared) Copy(prepared, from, count, Plan.Widths[i], into, width);
                else if (training?[i].Codes is { } codes) ((FittedCategories)Columns[i]).Encoding.Write(codes.AsSpan(from, count), into, width);
                else Columns[i].Apply(sources[i], from, count, into, width);
            }
        }
    }

    // A row of the same preparation, read from its file once more, will do.
    bool SameInputs(ImmutableArray<InputColumn> others) => others.Select(input => (input.Name, input.Kind)).SequenceEqual(Inputs.Select(input => (input.Name, input.Kind)));

    static Column Source(TableColumns columns, FittedColumn fitted)
    {
        var name = fitted.Input.Name;
        if (!columns.Has(name)) throw PreparingErrors.NoSuchColumn(name, columns.Columns.Select(column => column.Schema.Name));
        var column = columns[name];
        fitted.CheckKind(column);
        return column;
    }

    static void Copy(float[] prepared, int from, int count, int width, Span<float> into, int stride)
    {
        for (var row = 0; row < count; row++) prepared.AsSpan((from + row) * width, width).CopyTo(into[(row * stride)..]);
    }

    // Where each column's features stand, and which input it reads.
    sealed record Layout(ImmutableArray<InputColumn> Inputs, ImmutableArray<Feature> Features, int[] InputOf, int[] Offsets, int[] Widths)
    {
        public static Layout Of(ImmutableArray<FittedColumn> columns)
        {
            var inputs = columns.GroupBy(column => column.Input.Name, (_, same) => Merge(same)).ToImmutableArray();
            var widths = columns.Select(column => column.Width).ToArray();
            var offsets = new int[widths.Length];
            for (var i = 1; i < offsets.Length; i++) offsets[i] = offsets[i - 1] + widths[i - 1];
            var features = columns.SelectMany(column => column.Features()).ToImmutableArray();
            var seen = new HashSet<string>();
            foreach (var feature in features)
                if (!seen.Add(feature.Name)) throw PreparingErrors.SameFeature(feature.Name);
            var places = inputs.Select((input, place) => (input.Name, place)).ToDictionary(pair => pair.Name, pair => pair.place);
            return new(inputs, features, columns.Select(column => places[column.Input.Name]).ToArray(), offsets, widths);
        }

        // A column may be prepared in several ways: all must be content with its values.
        static InputColumn Merge(IEnumerable<FittedColumn> same)
        {
            var inputs = same.Select(column => column.Input).ToList();
            if (inputs.Select(input => input.Kind).Distinct().Count() > 1) throw PreparingErrors.NotAPreparation($"column {inputs[0].Name} is of two kinds", null);
            return inputs.MaxBy(input => input.KnownValues.Length)! with { IsOptional = inputs.All(input => input.IsOptional), Bytes = inputs.Max(input => input.Bytes) };
        }
    }
}
