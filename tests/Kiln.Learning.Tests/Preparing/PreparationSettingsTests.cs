using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Preparing;

public class PreparationSettingsTests
{
    static readonly TableColumns Columns = SomeRows.Columns(50);

    static ColumnSchema[] Schema => [.. Columns.Columns.Where(column => column is not BytesColumn).Select(column => column.Schema)];

    [Fact]
    public void All_columns_are_prepared_by_what_they_hold()
    {
        var fitted = Preparation.For(Schema, new()).Fit(Columns);
        fitted.Inputs.Length.ShouldBe(12);
        fitted.Apply(Columns).Values.ToArray().Count(float.IsNaN).ShouldBe(3 * 2 * Missing("when") + 3 * 2 * Missing("day"));
        fitted.Features.ShouldContain(feature => feature.Name == "city=city 3");
        fitted.Features.ShouldContain(feature => feature.Name == "when weekday sine");
    }

    [Fact]
    public void A_column_of_its_own_is_prepared_otherwise()
    {
        var fitted = Preparation.For(Schema, new()
        {
            Numbers = NumberPreparation.None,
            Impute = NumberImputation.None,
            Columns = [new() { Column = "code", Categories = CategoryPreparation.Ordinal }, new() { Column = "age", Numbers = NumberPreparation.MinMax }],
        }).Fit(Columns);
        fitted.Features.Single(feature => feature.Name == "code").Kind.ShouldBe(FeatureKind.Category);
        var matrix = fitted.Apply(Columns);
        float[] Of(string name) => [.. Enumerable.Range(0, matrix.Rows).Select(row => matrix.Row(row)[fitted.Features.Index().Single(feature => feature.Item.Name == name).Index])];
        Of("age").Where(value => !float.IsNaN(value)).Max().ShouldBe(1);
        Of("hours").ShouldBe(Columns["hours"].ToDoubles().Select(value => (float)value));
    }

    [Fact]
    public void Bytes_are_scaled_as_the_settings_say()
    {
        var pixels = TableColumns.Of(Column.Bytes("pixels", new byte[]?[] { [0, 255], [51, 102] }));
        var fitted = Preparation.For([pixels["pixels"].Schema], new() { Bytes = new() { Length = 2, Mean = 0.2, Deviation = 0.4 } }).Fit(pixels);
        fitted.Apply(pixels).Values.ToArray().ShouldBe([-0.5f, 2f, 0f, 0.5f], 1e-6);
    }

    [Fact]
    public void Columns_that_are_not_given_or_cannot_be_prepared_are_refused()
    {
        Should.Throw<KilnException>(() => Preparation.For(Schema, new() { Columns = [new() { Column = "Age" }] })).What.ShouldBe("The settings prepare a column that is not given.");
        Should.Throw<KilnException>(() => Preparation.For([Columns["pixels"].Schema], new())).What.ShouldBe("A column is of a kind that no setting prepares.");
    }

    [Fact]
    public void A_column_provider_is_asked_for_one_column_at_a_time()
    {
        var (asking, asked) = (0, new List<string>());
        var fitted = Preparation.For(Schema, new()).Fit(name =>
        {
            Interlocked.Increment(ref asking).ShouldBe(1);
            asked.Add(name);
            Interlocked.Decrement(ref asking);
            return Columns[name];
        });
        asked.Order().ShouldBe(Schema.Select(column => column.Name).Order());
        fitted.ToJson().ShouldBe(Preparation.For(Schema, new()).Fit(Columns).ToJson());
    }

    static int Missing(string column) => Enumerable.Range(0, Columns.RowCount).Count(Columns[column].IsNull);
}
