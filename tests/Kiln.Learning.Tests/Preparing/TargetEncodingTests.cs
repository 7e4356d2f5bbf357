using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Preparing;

public class TargetEncodingTests
{
    static readonly Preparation Encoded = new(Prepare.Categories("c").TargetEncode(folds: 4, smoothing: 3));

    [Fact]
    public void A_rows_own_label_does_not_touch_its_own_encoding()
    {
        var examples = Some(60, Target.Regression("y"), row => 0.1f * row + 0.7f);
        var (fitted, training) = Encoded.FitApply(examples, seed: 3);
        for (var row = 0; row < 60; row++)
        {
            var labels = examples.Labels.ToArray();
            labels[row] = 1e6f;
            var (other, changed) = Encoded.FitApply(examples with { Labels = labels }, seed: 3);
            changed.Values.Span[row].ShouldBe(training.Values.Span[row]);
            other.Apply(examples.Columns).Values.Span[row].ShouldNotBe(fitted.Apply(examples.Columns).Values.Span[row]);
            changed.Values.ToArray().Where((value, at) => value != training.Values.Span[at]).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Training_rows_of_noise_tell_nothing_of_their_labels()
    {
        // Each value once: what all rows would tell is the label itself, what the others tell is their mean.
        var values = Enumerable.Range(0, 200).Select(row => (string?)$"only {row}").ToArray();
        var examples = Some(200, Target.Binary("y"), row => row % 2) with { Columns = TableColumns.Of(Column.Texts("c", values)) };
        var (fitted, training) = new Preparation(Prepare.Categories("c").TargetEncode(folds: 5, smoothing: 0)).FitApply(examples, seed: 1);
        fitted.Apply(examples.Columns).Values.ToArray().ShouldBe(examples.Labels.ToArray());
        training.Values.ToArray().Distinct().Count().ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public void Several_classes_have_a_feature_each_whose_sum_is_one()
    {
        var examples = Some(90, Target.MultiClass("y", "red", "green", "blue"), row => row * row % 3);
        var (fitted, training) = Encoded.FitApply(examples);
        fitted.Features.Select(feature => feature.Name).ShouldBe(["c target=red", "c target=green", "c target=blue"]);
        foreach (var matrix in new[] { training, fitted.Apply(examples.Columns) })
            for (var row = 0; row < matrix.Rows; row++) matrix.Row(row).ToArray().Sum().ShouldBe(1, 1e-6);
    }

    [Fact]
    public void An_unseen_value_is_encoded_as_the_mean_of_all()
    {
        var examples = Some(50, Target.Binary("y"), row => row % 5 == 0 ? 1 : 0);
        var fitted = Encoded.FitApply(examples).Fitted;
        fitted.Apply(TableColumns.Of(Column.Texts("c", new[] { "never seen" }))).Values.Span[0].ShouldBe(0.2f);
    }

    [Fact]
    public void No_labels_and_fewer_rows_than_folds_are_refused()
    {
        var examples = Some(3, Target.Regression("y"), row => row);
        Should.Throw<KilnException>(() => Encoded.Fit(examples.Columns)).What.ShouldBe("A column is encoded by its target, and no labels were given.");
        Should.Throw<KilnException>(() => Encoded.FitApply(examples)).What.ShouldStartWith("There are fewer rows than folds");
        Should.Throw<KilnException>(() => Encoded.Fit(name => examples.Columns[name], examples.Target, new float[7])).What.ShouldBe("A column is not as long as the labels.");
    }

    static Examples Some(int rows, Target target, Func<int, float> label) => new()
    {
        Columns = TableColumns.Of(Column.Texts("c", Enumerable.Range(0, rows).Select(row => (string?)$"value {row * 7 % 5}").ToArray())),
        Target = target,
        Labels = Enumerable.Range(0, rows).Select(label).ToArray(),
    };
}
