using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Preparing;

public class PreparingRefusalTests
{
    static readonly TableColumns Ages = Numbers(20, 30, 40);
    static readonly Preparation Standardized = new(Prepare.Numbers("age").Standardize());

    [Fact]
    public void An_infinite_value_is_told_with_column_and_row()
    {
        var error = Should.Throw<KilnException>(() => Standardized.Fit(Numbers(1, double.NegativeInfinity)));
        error.Message.ShouldBe("""
            A value is infinite.
              column  age
              row     1 (from 0)
              value   -∞
            Correct the rows, or leave the value out where it is unknown.
            """.Replace("-∞", double.NegativeInfinity.ToString()));
        var fitted = Standardized.Fit(Ages);
        Should.Throw<KilnException>(() => fitted.Apply(Numbers(1, 2, double.PositiveInfinity))).Message.ShouldContain("row     2");
        var row = fitted.NewRow();
        row.Set(0, double.PositiveInfinity);
        Should.Throw<KilnException>(() => fitted.Apply(row, new float[1])).What.ShouldBe("A value is infinite.");
    }

    [Fact]
    public void Of_many_errors_the_first_row_is_told()
    {
        var values = Enumerable.Repeat(1.0, 50_000).ToArray();
        values[4_000] = values[30_000] = values[49_000] = double.PositiveInfinity;
        var fitted = Standardized.Fit(Ages);
        for (var i = 0; i < 5; i++) Should.Throw<KilnException>(() => fitted.Apply(Numbers(values))).Message.ShouldContain("row     4000");
    }

    public static TheoryData<string> StepsOfStatistics => ["standardize", "robust", "min and max", "quantile", "clip", "mean", "log of min and max"];

    [Theory]
    [MemberData(nameof(StepsOfStatistics))]
    public void A_value_that_overflows_a_statistic_is_told_with_column_and_row(string step)
    {
        var numbers = Prepare.Numbers("age");
        var preparation = new Preparation(step switch
        {
            "standardize" => numbers.Standardize(),
            "robust" => numbers.RobustScale(),
            "min and max" => numbers.MinMax(),
            "quantile" => numbers.Quantile(),
            "clip" => numbers.ClipQuantiles(0.2, 0.8),
            "mean" => numbers.Impute(Fill.Mean),
            _ => numbers.MinMax(0, 1e-300).Log().MinMax(),
        });
        // From one end of the numbers to the other: sums and differences do not fit, where each value does.
        double[] values = step == "mean" ? [1, double.NaN, 1.5e308, 1.6e308, 1.5e308] : [double.NaN, -1.5e308, -1.5e308, 1.6e308];
        var error = Should.Throw<KilnException>(() => preparation.Fit(Numbers(values)));
        error.What.ShouldBe("A column's values are too large for its statistics.");
        error.Message.ShouldContain("column         age");
        error.Message.ShouldContain("row            3 (from 0)");
        error.Message.ShouldContain("largest value  1.6E+308");
        error.Message.ShouldContain("clip the column first, or take its logarithm");
    }

    [Fact]
    public void One_large_value_among_small_ones_is_refused_where_they_are_standardized_and_not_where_it_is_clipped_or_its_logarithm_taken()
    {
        foreach (var values in new double[][] { [1, 2, 1e300], [1e300, 1e300, 2, 3], [.. Enumerable.Range(0, 1000).Select(row => row == 77 ? -1e200 : row)] })
            Should.Throw<KilnException>(() => Standardized.Fit(Numbers(values))).What.ShouldBe("A column's values are too large for its statistics.");
        var rows = Numbers(1, 2, 1e300);
        new Preparation(Prepare.Numbers("age").Clip(0, 10).Standardize()).Fit(rows).Apply(rows).Values.ToArray().ShouldAllBe(value => float.IsFinite(value));
        new Preparation(Prepare.Numbers("age").Log(signed: true).Standardize()).Fit(rows).Apply(rows).Values.ToArray().ShouldAllBe(value => float.IsFinite(value));
        // Its statistics are finite, and what it becomes is not in single precision.
        Should.Throw<KilnException>(() => new Preparation(Prepare.Numbers("age").RobustScale()).FitApply(new()
        {
            Columns = Numbers(1, 2, 3, 4, 1e300),
            Target = Kiln.Learning.Models.Target.Regression("y"),
            Labels = new float[5],
        })).Message.ShouldContain("row             4 (from 0)");
    }

    [Fact]
    public void A_column_without_a_value_is_refused_unless_a_constant_stands_for_it()
    {
        var empty = Numbers(double.NaN, double.NaN);
        Should.Throw<KilnException>(() => new Preparation(Prepare.Numbers("age").Impute()).Fit(empty)).Message.ShouldBe("""
            A column has no value in any training row: there is nothing to learn from it, by any model.
              column  age
              rows    2, all without a value
            Leave the column out of what is learned from (LearningProblem.Ignored); or, where later rows have values, impute a constant first.
            """);
        foreach (var encoded in new[] { Prepare.Categories("c").OneHot(), Prepare.Categories("c").Ordinal(), Prepare.Categories("c").Hash(4), Prepare.Categories("c").ImputeMostFrequent().Ordinal() })
            Should.Throw<KilnException>(() => new Preparation(encoded).Fit(Texts(null, null, null))).Message.ShouldContain("rows    3, all without a value");
        Should.Throw<KilnException>(() => new Preparation(Prepare.Times("t").Parts(DatePart.Hour)).Fit(TableColumns.Of(Column.Dates("t", new int[2], new[] { true, true })))).Message.ShouldContain("column  t");
        var constant = new Preparation(Prepare.Numbers("age").Impute(7).Standardize()).Fit(empty);
        constant.Apply(empty).Values.ToArray().ShouldBe([0f, 0]);
        constant.Apply(Numbers(9)).Values.ToArray().ShouldBe([2f]);
    }

    [Fact]
    public void A_missing_value_is_refused_where_training_had_none_and_nothing_imputes()
    {
        var fitted = Standardized.Fit(Ages);
        fitted.Inputs[0].IsOptional.ShouldBeFalse();
        var error = Should.Throw<KilnException>(() => fitted.Apply(Numbers(1, double.NaN)));
        error.What.ShouldBe("A value is missing in a column that had one in every training row.");
        error.Message.ShouldContain("row     1 (from 0)");
        Should.Throw<KilnException>(() => fitted.Apply(fitted.NewRow(), new float[1])).What.ShouldBe(error.What);
        new Preparation(Prepare.Numbers("age").Impute().Standardize()).Fit(Ages).Apply(Numbers(double.NaN)).Values.Span[0].ShouldBe(0);
        float.IsNaN(Standardized.Fit(Numbers(1, 2, double.NaN)).Apply(Numbers(double.NaN)).Values.Span[0]).ShouldBeTrue();
        Should.Throw<KilnException>(() => new Preparation(Prepare.Categories("c").OneHot()).Fit(Texts("a")).Apply(Texts([null]))).What.ShouldBe(error.What);
    }

    [Fact]
    public void A_column_that_is_not_there_or_of_another_kind_is_told_with_both_kinds()
    {
        var fitted = Standardized.Fit(Ages);
        Should.Throw<KilnException>(() => fitted.Apply(Texts("a"))).Message.ShouldContain("there are  c");
        var error = Should.Throw<KilnException>(() => fitted.Apply(TableColumns.Of(Column.Texts("age", new[] { "20" }))));
        error.Message.ShouldContain("expected  numbers");
        error.Message.ShouldContain("found     texts (VARCHAR)");
        Should.Throw<KilnException>(() => Standardized.Fit(TableColumns.Of(Column.Dates("age", new[] { 3 })))).Message.ShouldContain("found     dates or times (DATE)");
        Should.Throw<KilnException>(() => fitted.NewRow().Set(0, "20")).Message.ShouldContain("found     texts");
        Should.Throw<KilnException>(() => fitted.NewRow().PlaceOf("size")).Message.ShouldContain("column     size");
    }

    [Fact]
    public void A_logarithm_that_does_not_exist_and_a_number_too_large_are_refused()
    {
        var log = new Preparation(Prepare.Numbers("age").Log());
        log.Fit(Numbers(-0.5, Math.E - 1)).Apply(Numbers(Math.E - 1)).Values.Span[0].ShouldBe(1);
        Should.Throw<KilnException>(() => log.Fit(Numbers(0, -1))).What.ShouldStartWith("A value has no logarithm");
        new Preparation(Prepare.Numbers("age").Log(signed: true)).Fit(Ages).Apply(Numbers(1 - Math.E)).Values.Span[0].ShouldBe(-1);
        Should.Throw<KilnException>(() => new Preparation(Prepare.Numbers("age")).Fit(Ages).Apply(Numbers(1e300))).What.ShouldBe("A prepared value does not fit single precision.");
    }

    [Fact]
    public void Declarations_without_a_meaning_are_refused_at_once()
    {
        Should.Throw<KilnException>(() => Prepare.Numbers());
        Should.Throw<KilnException>(() => Prepare.Numbers("age").Clip(2, 1));
        Should.Throw<KilnException>(() => Prepare.Numbers("age").MinMax(0, double.NaN));
        Should.Throw<KilnException>(() => Prepare.Numbers("age").ClipQuantiles(-0.1, 0.5));
        Should.Throw<KilnException>(() => Prepare.Numbers("age").Quantile(1));
        Should.Throw<KilnException>(() => Prepare.Categories("c").TargetEncode(folds: 1));
        Should.Throw<KilnException>(() => Prepare.Categories("c").Hash(0));
        Should.Throw<KilnException>(() => Prepare.Times("t").Cyclic(DatePart.Year)).What.ShouldBe("The part Year of a time has no cycle.");
        Should.Throw<KilnException>(() => Prepare.Bytes("pixels", 0));
        Should.Throw<KilnException>(() => new Preparation());
        Should.Throw<KilnException>(() => new Preparation(Prepare.Numbers("age"), Prepare.Numbers("age").Standardize()).Fit(Ages)).What.ShouldBe("Two features of a preparation have the same name.");
    }

    [Fact]
    public void Bytes_of_another_number_and_rows_of_none_are_refused()
    {
        var fitted = new Preparation(Prepare.Bytes("pixels", 2).Scale()).Fit(Bytes([0, 255]));
        fitted.Apply(Bytes([51, 0])).Values.ToArray().ShouldBe([0.2f, 0]);
        Should.Throw<KilnException>(() => fitted.Apply(Bytes([1, 2], [1, 2, 3]))).Message.ShouldContain("row       1 (from 0)");
        Should.Throw<KilnException>(() => Standardized.Fit(Numbers())).What.ShouldBe("There are no rows to fit a preparation to.");
        Standardized.Fit(Ages).Apply(Numbers()).Rows.ShouldBe(0);
    }

    static TableColumns Numbers(params double[] values) => TableColumns.Of(Column.Of<double>("age", values));

    static TableColumns Texts(params string?[] values) => TableColumns.Of(Column.Texts("c", values));

    static TableColumns Bytes(params byte[][] values) => TableColumns.Of(Column.Bytes("pixels", values));
}
