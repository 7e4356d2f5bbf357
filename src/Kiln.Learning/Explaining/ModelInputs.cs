using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>The columns that a model reads, some rows of them, and which of its features come from which.</summary>
sealed class ModelInputs
{
    readonly Model model;
    readonly TableColumns columns;
    readonly float[] exposures;

    /// <exception cref="KilnException">A column that the model reads is not there.</exception>
    public ModelInputs(Model model, TableColumns rows)
    {
        this.model = model;
        exposures = model.Target.ReadExposures(rows);
        columns = TableColumns.Of([.. Inputs.Select(input => rows.Has(input.Name) ? rows[input.Name] : throw PreparingErrors.NoSuchColumn(input.Name, rows.Columns.Select(column => column.Schema.Name)))]);
    }

    /// <summary>The columns.</summary>
    public ImmutableArray<InputColumn> Inputs => model.Preparation.Inputs;

    /// <summary>Rows.</summary>
    public int Rows => columns.RowCount;

    /// <summary>A column by its place among the inputs.</summary>
    public Column this[int input] => columns.Columns[input];

    /// <summary>The place of a column among the inputs.</summary>
    /// <exception cref="KilnException">The model reads no such column.</exception>
    public int PlaceOf(string name)
    {
        for (var input = 0; input < Inputs.Length; input++)
            if (Inputs[input].Name == name) return input;
        throw ExplainingErrors.NoSuchColumn(name, Inputs.Select(input => input.Name));
    }

    /// <summary>Whether a column's values are categories to the model, in at least one of the ways in which it is prepared.</summary>
    public bool IsCategory(int input) => Inputs[input].Kind is InputKind.Text or InputKind.Boolean
        || model.Preparation.Columns.Any(column => column is FittedCategories && column.Input.Name == Inputs[input].Name);

    /// <summary>The input that each feature of a prepared row comes from.</summary>
    public int[] InputOfFeature() => [.. model.Preparation.Columns.SelectMany(column => Enumerable.Repeat(PlaceOf(column.Input.Name), column.Width))];

    /// <summary>The rows as the predictor takes them.</summary>
    public FeatureMatrix Prepare() => model.Preparation.Apply(columns);

    /// <summary>The model's answers.</summary>
    public Predictions Predict() => model.Predict(columns, exposures);

    /// <summary>
    /// Answers for the rows where some columns have other rows' values: for each of <paramref name="rows"/> all but the columns are the row's own,
    /// exposures among them.
    /// </summary>
    /// <param name="rows">The rows that are asked about, in this order; one may be there again and again.</param>
    /// <param name="changed">The places of the columns.</param>
    /// <param name="from">For each of them the row whose values it has.</param>
    public Predictions PredictWith(ReadOnlySpan<int> rows, IReadOnlyCollection<int> changed, ReadOnlySpan<int> from)
    {
        var taken = ImmutableArray.CreateBuilder<Column>(Inputs.Length);
        for (var input = 0; input < Inputs.Length; input++) taken.Add(this[input].Take(changed.Contains(input) ? from : rows));
        var itsExposures = new float[exposures.Length == 0 ? 0 : rows.Length];
        for (var row = 0; row < itsExposures.Length; row++) itsExposures[row] = exposures[rows[row]];
        return model.Predict(TableColumns.Of(taken.MoveToImmutable()), itsExposures);
    }
}
