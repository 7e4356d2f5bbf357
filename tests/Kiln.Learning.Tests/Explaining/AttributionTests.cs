using Kiln.Data;
using Kiln.Learning.Boosting;
using Kiln.Learning.Explaining;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Tests.Learning.Models;
using Kiln.Tests.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Explaining;

[Collection(SerialTraining.Name)]
public sealed class AttributionTests
{
    static readonly NetworkSettings network = new() { FeedForward = new() { Hidden = [8], Activation = Activation.SiLU }, Training = new() { Epochs = 5, LearningRate = 0.02, Patience = 0, Device = "cpu" } };
    static readonly Target isDear = Target.Binary("DEAR", "no", "yes");

    [Fact]
    public void Shapley_values_of_trees_are_summed_by_column_and_sum_to_the_answers()
    {
        var rows = Houses.Rows(150, 1);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 40 } }, new(Prepare.Numbers("AREA").Impute(indicator: true), Prepare.Categories("TOWN").OneHot()), rows);
        var found = Attribution.Of(fitted.Model, rows.Columns);
        (found.Method, found.Scale, found.Rows, found.IncompleteShare).ShouldBe((AttributionMethod.TreeShap, AttributionScale.Value, 150, 0));
        SumsOf(found.Outputs[0]).ShouldBe(fitted.Model.Predict(rows.Columns).ToDoubles(), 0.05);

        var prepared = fitted.Model.Preparation.Apply(rows.Columns);
        var each = ((XGBoostPredictor)fitted.Model.Predictor).Contributions(prepared);
        var town = found.Outputs[0].Columns.Single(column => column.Column == "TOWN");
        var features = prepared.Features.Index().Where(feature => feature.Item.Name.StartsWith("TOWN", StringComparison.Ordinal)).ToArray();
        town.Features.Select(feature => feature.Feature).ShouldBe(features.Select(feature => feature.Item.Name), ignoreOrder: true);
        foreach (var (place, feature) in features)
            town.Features.Single(its => its.Feature == feature.Name).MeanAbsolute.ShouldBe(Enumerable.Range(0, 150).Average(row => (double)Math.Abs(each.Row(row)[place])), 1e-3);
        town.MeanAbsolute.ShouldBe(Enumerable.Range(0, 150).Average(row => (double)Math.Abs(features.Sum(feature => each.Row(row)[feature.Index]))), 1e-3);
    }

    [Fact]
    public void Of_several_classes_each_has_contributions_to_its_margin()
    {
        var rows = OfTowns(200);
        foreach (var settings in new EstimatorSettings[] { new() { Xgboost = new() { Rounds = 15 } }, new() { Linear = new() }, new() { Network = network } })
        {
            using var fitted = Model.Fit(settings, new(Prepare.Numbers("AREA", "LEVEL", "PRICE").Standardize()), rows);
            var found = Attribution.Of(fitted.Model, rows.Columns, new() { Rows = 600 });
            (found.Scale, found.Rows).ShouldBe((AttributionScale.ClassMargin, 200));
            found.Outputs.Select(output => output.Class).ShouldBe(rows.Target.Classes.Cast<string?>());
            var margins = found.Outputs.Select(SumsOf).ToArray();
            var answers = fitted.Model.Predict(rows.Columns).Values.ToArray();
            for (var row = 0; row < 200; row++)
            {
                var total = margins.Sum(its => Math.Exp(its[row]));
                for (var output = 0; output < 3; output++) (Math.Exp(margins[output][row]) / total).ShouldBe(answers[(row * 3) + output], 0.01);
            }
            Attribution.Of(fitted.Model, rows.Columns, new() { Rows = 30 }).Rows.ShouldBe(10);
        }
    }

    [Fact]
    public void Of_a_linear_model_a_contribution_is_the_coefficient_times_the_distance_from_the_mean()
    {
        var (fitted, rows) = ScikitLearnExplanations.All["regression"].Fit();
        using (fitted)
        {
            var coefficients = ((LinearPredictor)fitted.Model.Predictor).Coefficients.ToArray();
            var found = Attribution.Of(fitted.Model, rows.Columns);
            foreach (var column in found.Outputs[0].Columns)
            {
                var values = rows.Columns[column.Column].ToDoubles();
                var expected = values.Select(value => coefficients[1 + column.Column[1] - '0'] * (value - values.Average())).ToArray();
                column.Points.Select(point => (double)point.Contribution).ShouldBe(expected, 1e-4);
                column.MeanAbsolute.ShouldBe(expected.Average(Math.Abs), 1e-4);
                column.Mean.ShouldBe(0, 1e-4);
            }
            var reference = rows.Columns.Take([0, 1, 2]);
            var other = Attribution.Of(fitted.Model, rows.Columns, reference: reference);
            other.Outputs[0].Base.ShouldBe(fitted.Model.Predict(reference).ToDoubles().Average(), 1e-3);
            Attribution.Of(fitted.Model, rows.Columns, new() { Baseline = AttributionBaseline.Zeros }).Outputs[0].Base.ShouldBe(coefficients[0], 1e-9);
        }
    }

    [Fact]
    public void An_ensembles_contributions_are_its_members_by_their_shares_and_sum_to_its_log_odds()
    {
        var rows = Dear(300);
        var ensemble = new EstimatorSettings { Ensemble = new() { Members = [new() { Weight = 2, Xgboost = new() { Rounds = 20, MaxDepth = 2, LearningRate = 0.1 } }, new() { Network = network }, new() { Linear = new() }] } };
        using var fitted = Model.Fit(ensemble, Houses.Preparation("linear"), rows);
        var found = Attribution.Of(fitted.Model, rows.Columns);
        (found.Method, found.Scale, found.IncompleteShare).ShouldBe((AttributionMethod.Weighted, AttributionScale.LogOdds, 0));
        found.Members.Select(member => member.Method).ShouldBe([AttributionMethod.TreeShap, AttributionMethod.IntegratedGradients, AttributionMethod.Linear]);
        found.Members.Select(member => member.Share).ShouldBe([0.5, 0.25, 0.25]);
        found.Outputs[0].Class.ShouldBe("yes");
        found.Outputs[0].Base.ShouldBe(found.Members.Sum(member => member.Share * member.Outputs[0].Base), 1e-9);
        found.Outputs[0].Columns.Single(column => column.Column == "AREA").Mean.ShouldBe(found.Members.Sum(member => member.Share * member.Outputs[0].Columns.Single(column => column.Column == "AREA").Mean), 1e-4);
        var answers = fitted.Model.Predict(rows.Columns).ToDoubles();
        SumsOf(found.Outputs[0]).ShouldBe(answers.Select(answer => Math.Log(answer / (1 - answer))), 0.02);
    }

    [Fact]
    public void A_networks_contributions_to_a_value_are_in_its_own_unit()
    {
        var rows = Houses.Rows(200, 1);
        using var fitted = Model.Fit(new() { Network = network with { Training = network.Training with { Epochs = 30 } } }, Houses.Preparation("network"), rows);
        var found = Attribution.Of(fitted.Model, rows.Columns);
        (found.Method, found.Scale, found.Rows).ShouldBe((AttributionMethod.IntegratedGradients, AttributionScale.Value, 200));
        found.Steps.ShouldBeGreaterThanOrEqualTo(64);
        found.IncompleteShare.ShouldBe(0);
        SumsOf(found.Outputs[0]).ShouldBe(fitted.Model.Predict(rows.Columns).ToDoubles(), 10);
        found.Outputs[0].Columns[0].MeanAbsolute.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Points_are_thinned_to_the_same_rows_of_every_column_and_coloured_by_rank()
    {
        var rows = Houses.Rows(500, 1);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 20 } }, Houses.Preparation("xgboost"), rows);
        var found = Attribution.Of(fitted.Model, rows.Columns, new() { Points = 101 });
        found.Rows.ShouldBe(500);
        var (area, town) = (Of("AREA"), Of("TOWN"));
        (area.Length, town.Length).ShouldBe((50, 50));
        var areas = rows.Columns["AREA"].ToDoubles();
        foreach (var (point, other) in area.Zip(town))
        {
            var row = Array.IndexOf(areas, double.Parse(point.Value!));
            point.Level!.Value.ShouldBe((areas.Count(value => value < areas[row]) + 0.5) / 500, 1e-9);
            other.Value.ShouldBe(rows.Columns.Texts("TOWN").Span[row]);
            other.Level.ShouldBeNull();
        }
        town.ShouldContain(point => point.Value == null);
        Attribution.Of(fitted.Model, rows.Columns, new() { Columns = 1 }).Outputs[0].Columns.Count(column => column.Points.Length > 0).ShouldBe(1);

        AttributionPoint[] Of(string name) => [.. found.Outputs[0].Columns.Single(column => column.Column == name).Points];
    }

    [Fact]
    public void What_cannot_be_taken_apart_says_why()
    {
        var rows = Houses.Rows(60, 1);
        Refused(new() { Baseline = new() }, "no feature adds anything");
        Refused(new() { Ensemble = new() { Members = [new() { Linear = new() }, new() { Xgboost = new() { Objective = "count:poisson" } }] } }, "count:poisson");
        Refused(new() { Network = new() { Own = new() { Name = "towns" }, Training = network.Training } }, "CategoryVectors", Houses.Preparation("network"));
        using var fitted = Model.Fit(new() { Linear = new() }, Houses.Preparation("linear"), rows);
        Should.Throw<KilnException>(() => Attribution.Of(fitted.Model, rows.Columns.Take([]))).Message.ShouldContain("no rows to explain");
        Should.Throw<KilnException>(() => Attribution.Of(fitted.Model, rows.Columns, new() { Steps = 1 })).Message.ShouldContain("Steps");

        void Refused(EstimatorSettings settings, string reason, Preparation? preparation = null)
        {
            using var fitted = Model.Fit(settings, preparation ?? Houses.Preparation("linear"), rows, options: new() { OwnNetwork = shape => new Towns(shape, isOpen: false) });
            Attribution.Obstacle(fitted.Model)!.ShouldContain(reason);
            Should.Throw<KilnException>(() => Attribution.Of(fitted.Model, rows.Columns)).Message.ShouldContain(reason);
        }
    }

    [Fact]
    public void Trees_of_counts_are_explained_on_the_scale_of_their_sum()
    {
        var houses = Houses.Rows(100, 1);
        var rows = houses with { Labels = Array.ConvertAll(houses.Labels.ToArray(), price => MathF.Floor(price / 200)) };
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 30, Objective = "count:poisson" } }, Houses.Preparation("xgboost"), rows);
        var found = Attribution.Of(fitted.Model, rows.Columns);
        found.Scale.ShouldBe(AttributionScale.Margin);
        SumsOf(found.Outputs[0]).ShouldBe(fitted.Model.Predict(rows.Columns).ToDoubles().Select(answer => Math.Log(answer)), 1e-3);
    }

    [Fact]
    public void A_network_of_ones_own_is_explained_where_it_tells_its_vectors()
    {
        var rows = Houses.Rows(100, 1);
        using var fitted = Model.Fit(new() { Network = new() { Own = new() { Name = "towns" }, Training = network.Training } }, Houses.Preparation("network"), rows, options: new() { OwnNetwork = shape => new Towns(shape, isOpen: true) });
        var found = Attribution.Of(fitted.Model, rows.Columns);
        found.IncompleteShare.ShouldBe(0);
        SumsOf(found.Outputs[0]).ShouldBe(fitted.Model.Predict(rows.Columns).ToDoubles(), 10);
    }

    /// <summary>A row's contributions of all columns with the base, row by row.</summary>
    static double[] SumsOf(OutputAttribution output) =>
        [.. Enumerable.Range(0, output.Columns[0].Points.Length).Select(row => output.Base + output.Columns.Sum(column => (double)column.Points[row].Contribution))];

    static Examples Dear(int count)
    {
        var columns = Houses.Columns(count, 1);
        var dear = columns["PRICE"].ToDoubles().Select((price, row) => (string?)(price > 1000 + (300 * Math.Sin(row)) ? "yes" : "no")).ToArray();
        return Examples.Of(TableColumns.Of([.. columns.Columns, Column.Texts("DEAR", dear)]), isDear);
    }

    static Examples OfTowns(int count)
    {
        var columns = Houses.Columns(2 * count, 1);
        int[] known = [.. Enumerable.Range(0, 2 * count).Where(row => columns.Texts("TOWN").Span[row] is not null).Take(count)];
        return Examples.Of(columns.Take(known), Target.MultiClass("TOWN", "Aarau", "Biel", "Chur"));
    }

    /// <summary>A linear layer over the numbers and the town's vector.</summary>
    sealed class Towns : TableNetwork
    {
        readonly Embedding towns;
        readonly Linear linear;
        readonly bool isOpen;

        public Towns(ModelShape shape, bool isOpen)
            : base(shape.Target)
        {
            this.isOpen = isOpen;
            towns = AddChild("towns", new Embedding(shape.Features.Sum(feature => feature.Categories), 3));
            linear = AddChild("linear", new Linear(4, shape.Target.Outputs));
        }

        public override Embedding? CategoryVectors => isOpen ? towns : null;

        public override Tensor Forward(NetworkInput input)
        {
            using var scope = new TensorScope();
            var vectors = input.Vectors ?? towns.Forward(input.Categories!);
            return scope.Keep(Answer(linear.Forward(Tensor.Cat([input.Numbers!, vectors.Flatten(1)], 1))));
        }
    }
}
