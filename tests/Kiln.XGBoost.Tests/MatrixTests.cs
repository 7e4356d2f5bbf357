using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

public sealed class MatrixTests
{
    [Fact]
    public void Values_are_read_row_by_row_and_the_given_memory_is_free_afterwards()
    {
        var values = Some.Values();
        using var matrix = new DMatrix(values, Some.Columns, new() { Labels = Some.Labels(values) });
        (matrix.Rows, matrix.Columns).ShouldBe((400, 6));
        using var result = Booster.Train(new() { Rounds = 3 }, matrix);
        var scores = result.Booster.Predict(values, Some.Columns).Values;
        Array.Clear(values);
        result.Booster.Predict(matrix).Values.ShouldBe(scores);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, 2399)]
    [InlineData(float.PositiveInfinity, 1203)]
    public void An_infinite_value_is_refused_by_row_and_column(float value, int at)
    {
        var values = Some.Values();
        values[at] = value;
        var message = Should.Throw<XGBoostException>(() => new DMatrix(values, Some.Columns)).Message;
        message.ShouldContain($"row    {at / 6} (from 0)");
        message.ShouldContain($"column {at % 6}");
    }

    [Fact]
    public void Labels_weights_margins_and_groups_are_checked()
    {
        Message(new() { Labels = new float[] { 1, float.NaN } }).ShouldContain("A label is not a number");
        Message(new() { Labels = new float[] { 1, float.NegativeInfinity } }).ShouldContain("row    1 (from 0)");
        Message(new() { Labels = new float[3] }).ShouldContain("number of labels");
        Message(new() { Weights = new float[] { 1, -1 } }).ShouldContain("A weight is negative");
        Message(new() { Weights = new float[] { float.NaN, 1 } }).ShouldContain("row    0 (from 0)");
        Message(new() { BaseMargins = new float[3] }).ShouldContain("base margins");
        Message(new() { BaseMargins = new float[] { 0, 0, 0, float.NaN } }).ShouldContain("row    1 (from 0)");
        Message(new() { Groups = [1, 2] }).ShouldContain("rows in groups");
        Message(new() { Groups = [2, 0] }).ShouldContain("at least 1 a group");
        Message(new() { Groups = [1, 1], Weights = new float[1] }).ShouldContain("expected  2");

        static string Message(MatrixDetails details) => Should.Throw<XGBoostException>(() => new DMatrix(new float[4], 2, details)).Message;
    }

    [Fact]
    public void Names_types_and_categories_are_checked()
    {
        Message(new() { FeatureNames = ["a"] }).ShouldContain("number of feature names");
        Message(new() { FeatureNames = ["a", "a"] }).ShouldContain("2 times");
        Message(new() { FeatureNames = ["a", "b<c"] }).ShouldContain("b<c");
        Message(new() { FeatureTypes = [FeatureType.Numeric] }).ShouldContain("number of feature types");
        foreach (var value in new[] { -1, 0.5f, 1 << 24 })
            Message(new() { FeatureTypes = [FeatureType.Numeric, FeatureType.Categorical] }, 1, 0, 1, value).ShouldContain("row    1 (from 0)");
        using var good = new DMatrix([-1, 0, 0.5f, float.NaN], 2, new() { FeatureTypes = [FeatureType.Numeric, FeatureType.Categorical] });
        good.FeatureTypes.Length.ShouldBe(2);

        static string Message(MatrixDetails details, params float[] values) =>
            Should.Throw<XGBoostException>(() => new DMatrix(values.Length == 0 ? new float[4] : values, 2, details)).Message;
    }

    [Fact]
    public void No_rows_and_half_a_row_are_refused()
    {
        Should.Throw<XGBoostException>(() => new DMatrix([], 3)).Message.ShouldContain("no rows");
        Should.Throw<XGBoostException>(() => new DMatrix(new float[4], 3)).Message.ShouldContain("multiple of 3");
    }

    [Fact]
    public void A_disposed_matrix_is_not_trained_on()
    {
        var matrix = Some.Matrix();
        matrix.Dispose();
        Should.Throw<XGBoostException>(() => Booster.Train(new(), matrix)).Message.ShouldContain("disposed");
    }

    [Fact]
    public void A_model_outlives_its_matrix()
    {
        var matrix = Some.Matrix();
        using var result = Booster.Train(new() { Rounds = 2 }, matrix);
        matrix.Dispose();
        result.Booster.Predict(Some.Values(), Some.Columns).Values.Length.ShouldBe(400);
    }
}
