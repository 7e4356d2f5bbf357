using Kiln.Data;
using Kiln.Learning.Boosting;
using Kiln.Learning.Ensembles;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Tests.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Models;

/// <summary>What a program can say that cannot be learned with: told by name, before the fit wherever it can be.</summary>
[Collection(SerialTraining.Name)]
public sealed class FitRefusalTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("kiln-unfit-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Targets_that_do_not_go_together_are_refused()
    {
        var (two, values) = (Target.Binary("Y"), Target.Regression("X"));
        Refused(two with { Exposure = "X" }).ShouldBe("""
            A target says what does not go together.
              column   Y
              target   two classes
              problem  classes are not divided by an exposure; here is X
            Leave it out, or learn values by Target.Regression.
            """);
        Refused(two with { Transform = TargetTransform.Log1p }).ShouldContain("classes are not transformed; here is Log1p");
        Refused(values with { Classes = ["a", "b"] }).ShouldContain("values have no classes; here are a, b");
        Refused(two with { Task = (LearningTask)9 }).ShouldContain("task is none");
        Refused(values with { Transform = (TargetTransform)9 }).ShouldContain("transform is none");
        Refused(two with { Classes = default }).ShouldContain("not what it says");
        Should.Throw<KilnException>(() => Fit(new() { Baseline = new() }, Rows() with { Target = two with { Exposure = "X" } })).Message.ShouldContain("an exposure");

        static string Refused(Target target) => Should.Throw<KilnException>(() => Examples.Of(Rows().Columns, target)).Message;
    }

    [Theory]
    [InlineData("row     2 (from 0)\n  weight  NaN", new float[] { 1, 1, float.NaN, 1 })]
    [InlineData("row     1 (from 0)\n  weight  -1", new float[] { 1, -1, 1, 1 })]
    [InlineData("row     0 (from 0)\n  weight  Infinity", new float[] { float.PositiveInfinity, 1, 1, 1 })]
    [InlineData("all of one class", new float[] { 1, 0, 1, 0 })]
    [InlineData("too large for single precision", new float[] { 3e38f, 3e38f, 1, 1 })]
    public void Weights_that_a_program_gives_are_held_to_what_a_column_is(string said, float[] weights)
    {
        foreach (EstimatorSettings settings in new EstimatorSettings[] { new() { Baseline = new() }, new() { Linear = new() }, new() { Xgboost = new() }, Network(new()) })
            Should.Throw<KilnException>(() => Fit(settings, Rows() with { Weights = weights })).Message.ShouldContain(said);
    }

    [Theory]
    [InlineData("one of the weights in classWeights is above 0", new double[] { 0, 0 })]
    [InlineData("a number from 0 to 1,000,000,000,000", new double[] { 1e300, 1 })]
    [InlineData("a number from 0 to 1,000,000,000,000", new double[] { 1, 1e38 })]
    [InlineData("a number from 0 to 1,000,000,000,000", new double[] { double.NaN, 1 })]
    public void Weights_of_classes_that_training_cannot_reckon_with_are_refused_as_settings(string said, double[] weights) =>
        Should.Throw<KilnException>(() => Fit(Network(new() { ClassWeights = [.. weights] }), Rows())).Message.ShouldContain(said);

    [Fact]
    public void Lists_that_were_never_given_are_empty()
    {
        using (var fitted = Fit(Network(new() { ClassWeights = default, Epochs = 1, Device = "cpu" }), Rows())) fitted.Model.Save(Path.Combine(root, "network"));
        using (var fitted = Fit(new() { Xgboost = new() { Increasing = default, Decreasing = default, Rounds = 1 } }, Rows())) fitted.Model.Save(Path.Combine(root, "trees"));
        new ModelFolder(Path.Combine(root, "network")).Load().Dispose();
        Should.Throw<KilnException>(() => Fit(new() { Ensemble = new() { Members = default } }, Rows())).Message.ShouldContain("at least 2 members");
        Should.Throw<KilnException>(() => Fit(new() { Ensemble = new() { Members = [new EnsembleMember { Linear = new() }, null!] } }, Rows())).Message.ShouldContain("member 1 (from 0) is null");
    }

    [Fact]
    public void A_model_that_cannot_be_written_is_still_there_to_be_saved_elsewhere()
    {
        using var fitted = Fit(new() { Baseline = new() }, Rows());
        var file = Path.Combine(root, "file");
        File.WriteAllText(file, "mine");
        foreach (var place in new[] { file, Path.Combine(file, "below"), "", "/proc/kiln", "a\0b" })
        {
            var message = Should.Throw<KilnException>(() => fitted.Model.Save(place), place).Message;
            message.ShouldStartWith("A model cannot be written here.\n  folder  ");
            message.ShouldEndWith("Name a folder that is empty, or not there yet, and that can be written.");
        }
        File.ReadAllText(file).ShouldBe("mine");
        fitted.Model.Save(Path.Combine(root, "there"));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("xgboost")]
    [InlineData("network")]
    public void A_fit_that_cannot_keep_its_state_does_not_begin(string kind)
    {
        var file = Path.Combine(root, "file");
        File.WriteAllText(file, "mine");
        foreach (var place in new[] { file, "", "/proc/kiln" })
        {
            var options = new FitOptions { CheckpointFolder = place, OnEpoch = _ => throw new InvalidOperationException("it began") };
            Should.Throw<KilnException>(() => Model.Fit(ModelFolderTests.Settings(kind), Houses.Preparation(kind), Houses.Rows(30, 1), options: options)).Message.ShouldStartWith("A fit cannot keep its state here.");
        }
        var folder = Path.Combine(root, "new", "deep");
        Model.Fit(new() { Linear = new() }, Houses.Preparation("linear"), Houses.Rows(30, 1), options: new() { CheckpointFolder = folder }).Dispose();
        Directory.GetFiles(folder).ShouldBeEmpty();
    }

    [Fact]
    public void A_row_is_set_at_its_places_alone()
    {
        using var fitted = Fit(new() { Linear = new() }, Rows());
        var row = fitted.Model.NewRow();
        foreach (var place in new[] { 99, -1, 1 })
        {
            Should.Throw<KilnException>(() => row.Set(place, 1.0)).Message.ShouldContain($"input   {place} (from 0)\n  inputs  0 X");
            Should.Throw<KilnException>(() => row.SetMissing(place)).Message.ShouldContain("A row has no such input.");
        }
    }

    [Theory]
    [InlineData("reg:nonsense", "setting  model.xgboost.objective")]
    [InlineData("reg:quantileerror", "by reg:squarederror, reg:squaredlogerror")]
    public void An_objective_that_is_not_among_those_of_values_is_refused_as_a_setting(string objective, string said) =>
        Should.Throw<KilnException>(() => Model.Fit(new() { Xgboost = new() { Objective = objective } }, Houses.Preparation("xgboost"), Houses.Rows(30, 1))).Message.ShouldContain(said);

    [Fact]
    public void Every_objective_of_values_learns_what_it_says_and_refuses_other_labels_by_their_row()
    {
        foreach (var objective in ValueObjective.All)
        {
            var settings = new EstimatorSettings { Xgboost = new() { Objective = objective.Name, Rounds = 2 } };
            Fit(settings, Values(0.5)).Dispose();
            if (objective.Takes(-2)) Fit(settings, Values(-2)).Dispose();
            else Should.Throw<KilnException>(() => Fit(settings, Values(-2)), objective.Name).Message.ShouldContain("column                  Y\n  row                     1 (from 0)\n  label as it is learned  -2");
        }

        static Examples Values(double second) => Examples.Of(TableColumns.Of(Column.Of<double>("X", new double[] { 1, 2, 3, 4 }), Column.Of<double>("Y", new[] { 0.25, second, 0.5, 1 })), Target.Regression("Y"));
    }

    [Fact]
    public void Features_that_are_kept_growing_are_refused_by_the_settings_path()
    {
        XGBoostSettings bad = new() { Decreasing = ["Z"], Rounds = 1 };
        Refused(new() { Xgboost = bad }).ShouldContain("setting  model.xgboost.decreasing");
        Refused(new() { Ensemble = new() { Members = [new() { Linear = new() }, new() { Xgboost = bad }] } }).ShouldContain("setting  model.ensemble.members[1].xgboost.decreasing\n  learned  Y (two classes)\n  reason   Z is not one of the numbers X");

        static string Refused(EstimatorSettings settings) => Should.Throw<KilnException>(() => Fit(settings, Rows())).Message;
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a(b")]
    public void What_a_column_is_called_keeps_no_model_from_learning(string name)
    {
        // "a[b" reads as "a(b" in XGBoost's files.
        var rows = Examples.Of(TableColumns.Of(Column.Of<double>(name, new double[] { 1, 2, 3, 4 }), Column.Of<double>("a[b", new double[] { 1, 1, 2, 2 }), Column.Of<long>("Y", new long[] { 0, 1, 0, 1 })), Target.Binary("Y"));
        foreach (EstimatorSettings settings in new EstimatorSettings[] { new() { Linear = new() }, new() { Xgboost = new() { Rounds = 2 } }, Network(new() { Epochs = 1, Device = "cpu" }) })
        {
            var place = Path.Combine(root, $"{settings.Way}");
            using var fitted = Model.Fit(settings, new(Prepare.Numbers(name), Prepare.Numbers("a[b")), rows);
            fitted.Model.Save(place);
            using var loaded = new ModelFolder(place).Load();
            loaded.Predict(rows.Columns).Values.ToArray().ShouldBe(fitted.Model.Predict(rows.Columns).Values.ToArray());
        }
    }

    [Fact]
    public void A_network_of_ones_own_that_is_none_or_of_another_width_is_told_what_it_gets()
    {
        Refused(_ => null!).ShouldContain("FitOptions.OwnNetwork made no network.\n  network  mine");
        var message = Refused(shape => new Wide(shape));
        message.ShouldStartWith("A network of one's own failed.\n  network             mine\n  numbers it gets     Float32 [n, 1]\n  categories it gets  none\n  is to answer        Float32 [n]\n  reason");
        message.ShouldEndWith("Make its layers of the widths that the ModelShape, which FitOptions.OwnNetwork is given, says.");

        static string Refused(Func<ModelShape, TableNetwork> make) => Should.Throw<KilnException>(() =>
            Model.Fit(new() { Network = new() { Own = new() { Name = "mine" }, Training = new() { Device = "cpu" } } }, new(Prepare.Numbers("X")), Rows(), options: new() { OwnNetwork = make })).Message;
    }

    [Theory]
    [InlineData(int.MaxValue, 2147483647, 0, 1)]
    [InlineData(5, 5, 6, 7)]
    public void The_seeds_of_an_ensembles_members_go_on_at_0_after_the_greatest(int seed, int first, int second, int third)
    {
        EnsembleMember member = new() { Xgboost = new() { Rounds = 1 } };
        var settings = new EstimatorSettings { Ensemble = new() { Members = [member, member, member] } }.With(null, seed, null);
        settings.Ensemble!.Members.Select(one => one.Xgboost!.Seed).ShouldBe([first, second, third]);
        Fit(settings, Rows()).Dispose();
    }

    sealed class Wide : TableNetwork
    {
        readonly Linear linear;

        public Wide(ModelShape shape)
            : base(shape.Target) => linear = AddChild("linear", new Linear(7, 1));

        public override Tensor Forward(NetworkInput input) => linear.Forward(input.Numbers!);
    }

    static Examples Rows() => Examples.Of(TableColumns.Of(Column.Of<double>("X", new double[] { 1, 2, 3, 4 }), Column.Of<long>("Y", new long[] { 0, 1, 0, 1 })), Target.Binary("Y"));

    static EstimatorSettings Network(TrainingSettings training) => new() { Network = new() { FeedForward = new() { Hidden = [4] }, Training = training } };

    static FitOutcome Fit(EstimatorSettings settings, Examples rows) => Model.Fit(settings, new(Prepare.Numbers("X")), rows);
}
