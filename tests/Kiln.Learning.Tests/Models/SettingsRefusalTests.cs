using Kiln.Data;
using Kiln.Learning.Ensembles;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.XGBoost;
using Measure = Kiln.Learning.Evaluating.Measure;

namespace Kiln.Tests.Learning.Models;

/// <summary>What cannot be learned with is told of the settings alone, before any row is looked at.</summary>
public sealed class SettingsRefusalTests
{
    static readonly Target classes = Target.MultiClass("KIND", "a", "b", "c");

    [Fact]
    public void A_model_has_exactly_one_way_to_learn()
    {
        Refused(new()).ShouldBe("""
            A section of settings cannot be used.
              section  model
              reason   a model has exactly one way to learn, one of baseline, linear, xgboost, network, ensemble; here is none
            Correct the section.
            """);
        Refused(new() { Baseline = new(), Linear = new() }).ShouldContain("here are baseline and linear");
    }

    [Fact]
    public void A_network_has_exactly_one_architecture()
    {
        Refused(new() { Network = new() }).ShouldContain("section  model.network\n  reason   a network has exactly one architecture");
        Refused(new() { Network = new() { Script = new() { File = "net.pt" }, Own = new() { Name = "mine" } } }).ShouldContain("here are own and script");
    }

    [Fact]
    public void Settings_that_do_not_go_together_are_refused()
    {
        Refused(new() { Network = new() { FtTransformer = new() { Dimensions = 30 } } }).ShouldContain("not a multiple of 8 heads");
        Refused(new() { Network = new() { Convolutional = new() { Height = 7, Channels = [4, 4, 4] } } }).ShouldContain("3 stages");
        Refused(new() { Network = new() { Convolutional = new() { Channels = [4, 0] } } }).ShouldContain("Every size in Channels");
        Refused(new() { Network = new() { FeedForward = new(), Training = new() { ClassWeights = [1, -1] } } }).ShouldContain("a number from 0");
        Refused(new() { Xgboost = new() { MaxDepth = 0 } }).ShouldContain("one of them has to limit the trees");
        Refused(new() { Xgboost = new() { TreeMethod = TreeMethod.Exact, MaxLeaves = 8 } }).ShouldContain("level by level");
        Refused(new() { Xgboost = new() { TreeMethod = TreeMethod.Approx, Device = "cuda" } }).ShouldContain("has treeMethod hist only");
        Refused(new() { Xgboost = new() { Increasing = ["A", "B"], Decreasing = ["C", "B"] } }).ShouldContain("B is both in increasing and in decreasing");
        Refused(new() { Ensemble = new() { Members = [new() { Linear = new() }, new() { Xgboost = new() { Subsample = 2 } }] } }).ShouldContain("setting  model.ensemble.members[1].xgboost.subsample");
    }

    [Fact]
    public void Settings_that_do_not_go_with_what_is_learned_are_refused()
    {
        var (values, two) = (Target.Regression("PRICE"), Target.Binary("FRAUD"));
        Misfit(two, new() { Loss = LossKind.Huber }).ShouldBe("""
            A setting does not fit what is learned.
              setting  model.network.training.loss
              learned  FRAUD (two classes)
              reason   it is for values; classes have likelihood and focal
            Correct the setting, or leave it out.
            """);
        Misfit(values, new() { Loss = LossKind.Focal }).ShouldContain("training.loss");
        Misfit(values, new() { LabelSmoothing = 0.1 }).ShouldContain("training.labelSmoothing");
        Misfit(classes, new() { LabelSmoothing = 0.1, Loss = LossKind.Focal }).ShouldContain("training.labelSmoothing");
        Misfit(values, new() { BalanceClasses = true }).ShouldContain("training.balanceClasses");
        Misfit(two, new() { ClassWeights = [1] }).ShouldContain("there are 2 classes, and 1 weights");
        Misfit(classes, new() { Monitor = Measure.RocAuc }).ShouldContain("several classes have loss, accuracy");
        Refused(new() { Linear = new() { BalanceClasses = true } }, values).ShouldContain("model.linear.balanceClasses");
        Refused(new() { Xgboost = new() { BalanceClasses = true } }, values).ShouldContain("model.xgboost.balanceClasses");
        Refused(new() { Xgboost = new() { Monitor = Measure.R2 } }, values).ShouldContain("XGBoost does not measure R²");
        Refused(new() { Xgboost = new() { Objective = "multi:softprob" } }, two).ShouldContain("two classes are answered with: a probability, by binary:logistic");
        Refused(new() { Xgboost = new() { Objective = "binary:logitraw" } }, two).ShouldContain("model.xgboost.objective");
        Refused(new() { Xgboost = new() { Objective = "multi:softmax" } }, classes).ShouldContain("by multi:softprob");
        Refused(new() { Xgboost = new() { Objective = "rank:ndcg" } }, values).ShouldContain("reg:tweedie, count:poisson");
        Refused(new() { Ensemble = new() { Members = [new() { Linear = new() }, new() { Linear = new() { BalanceClasses = true } }] } }, values).ShouldContain("model.ensemble.members[1].linear.balanceClasses");

        static string Misfit(Target target, TrainingSettings training) => Refused(new() { Network = new() { FeedForward = new(), Training = training } }, target);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("monitor")]
    [InlineData("xgboost")]
    public void What_is_stopped_by_validation_rows_is_refused_without_them_and_fitted_for_so_many_epochs(string kind)
    {
        EstimatorSettings settings = kind switch
        {
            "network" => new() { Network = new() { FeedForward = new(), Training = new() { Epochs = 2, Patience = 5, Device = "cpu" } } },
            "monitor" => new() { Network = new() { FeedForward = new(), Training = new() { Epochs = 2, Monitor = Measure.Rmse, Device = "cpu" } } },
            _ => new() { Xgboost = new() { Rounds = 2, Patience = 5 } },
        };
        var (rows, preparation) = (Houses.Rows(50, 1), Houses.Preparation("linear"));
        settings.NeedsValidation.ShouldBeTrue();
        Should.Throw<KilnException>(() => Model.Fit(settings, preparation, rows)).Message.ShouldContain("Give validation rows; or set patience to 0");
        using (var judged = Model.Fit(settings, preparation, rows, Houses.Rows(20, 2))) judged.Record.Epochs.Length.ShouldBe(2);
        using var without = Model.Fit(settings.ForEpochs(3), preparation, rows);
        without.Record.Epochs.Length.ShouldBe(3);
        without.Model.Description.Estimator.NeedsValidation.ShouldBeFalse();
    }

    [Fact]
    public void Settings_by_default_need_no_validation_rows()
    {
        new EstimatorSettings { Network = new() { FeedForward = new() } }.NeedsValidation.ShouldBeFalse();
        new EstimatorSettings { Xgboost = new() }.NeedsValidation.ShouldBeFalse();
    }

    [Fact]
    public void How_often_checkpoints_are_written_changes_no_byte_of_a_model()
    {
        var folder = Directory.CreateTempSubdirectory("kiln-seconds-").FullName;
        foreach (var seconds in new[] { 1, 2 })
        {
            EstimatorSettings settings = new() { Ensemble = new() { Members = [new() { Xgboost = new() { Rounds = 3, CheckpointSeconds = seconds } }, new() { Linear = new() }] } };
            using var fitted = Model.Fit(settings, Houses.Preparation("linear"), Houses.Rows(50, 1));
            fitted.Model.Save(Path.Combine(folder, $"{seconds}"));
        }
        ModelFolder.FirstDifference(new(Path.Combine(folder, "1")), new(Path.Combine(folder, "2"))).ShouldBeNull();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("linear")]
    [InlineData("xgboost")]
    [InlineData("network")]
    [InlineData("ensemble")]
    public void A_column_without_a_value_is_refused_for_every_model_by_its_name_and_rows(string kind)
    {
        var columns = Houses.Columns(30, 1);
        var rows = Examples.Of(TableColumns.Of(columns.Columns.SetItem(0, Column.Of<double>("AREA", new double[30], Enumerable.Repeat(true, 30).ToArray()))), Houses.Price);
        EstimatorSettings settings = kind switch
        {
            "baseline" => new() { Baseline = new() },
            "linear" => new() { Linear = new() },
            "xgboost" => new() { Xgboost = new() { Rounds = 2 } },
            "network" => new() { Network = new() { FeedForward = new(), Training = new() { Epochs = 1, Device = "cpu" } } },
            _ => new() { Ensemble = new() { Members = [new EnsembleMember { Linear = new() }, new EnsembleMember { Xgboost = new() { Rounds = 2 } }] } },
        };
        var message = Should.Throw<KilnException>(() => Model.Fit(settings, Houses.Preparation(kind), rows)).Message;
        message.ShouldContain("nothing to learn from it, by any model");
        message.ShouldContain("column  AREA\n  rows    30, all without a value");
        message.ShouldContain("Leave the column out");
    }

    [Fact]
    public void Preparations_that_say_what_has_no_effect_are_refused()
    {
        Unfit(new PreparationSettings { Columns = [new() { Column = "A", Numbers = NumberPreparation.Log }, new() { Column = "A" }] }).ShouldContain("names A twice");
        Unfit(new PreparationSettings { Columns = [new() { Column = "A", Categories = CategoryPreparation.OneHot, Impute = NumberImputation.Mean }] }).ShouldContain("section  preparation.columns[0]");
        Unfit(new PreparationSettings { Indicators = true, Impute = NumberImputation.None }).ShouldContain("leave indicators out");
        SettingsCheck.Whole("preparation", new PreparationSettings { Indicators = true, Impute = NumberImputation.None, Columns = [new() { Column = "A", Impute = NumberImputation.Mean }] });

        static string Unfit(PreparationSettings settings) => Should.Throw<KilnException>(() => Preparation.For(Table, settings)).Message;
    }

    static ColumnSchema[] Table => [.. Houses.Columns(1, 1).Columns.Select(column => column.Schema)];

    static string Refused(EstimatorSettings settings, Target? target = null) => Should.Throw<KilnException>(() => Estimators.Choose(settings, target ?? classes)).Message;
}
