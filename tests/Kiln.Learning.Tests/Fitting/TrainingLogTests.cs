using System.Text.Json;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Tests.Learning.Models;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.Fitting;

[Collection(SerialTraining.Name)]
public sealed class TrainingLogTests
{
    static readonly EstimatorSettings network = new() { Network = new() { FeedForward = new() { Hidden = [8] }, Training = new() { Epochs = 2, Device = "cpu", Seed = 12, Patience = 0 } } };

    [Fact]
    public void A_fit_is_told_with_its_seed_its_rows_and_all_that_an_epoch_took()
    {
        using var fitted = Model.Fit(network, Houses.Preparation("network"), Houses.Rows(300, 1), Houses.Rows(100, 2));
        var fit = Log(network, fitted).Fits.ShouldHaveSingleItem();
        (fit.Name, fit.Device, fit.Rows, fit.Seed).ShouldBe(("fit", "cpu (asked for)", 300, 12));
        var data = fit.Data.ShouldNotBeNull();
        data.Features.Select(feature => feature.Name).ShouldBe(fitted.Model.Description.Features.Select(feature => feature.Name));
        // Standardized numbers have a mean of 0 and a deviation of 1.
        data.Features[0].Mean!.Value.ShouldBe(0, 1e-6);
        data.Features[0].Deviation!.Value.ShouldBe(1, 1e-6);
        data.Labels.ShouldBeOfType<ValueStatistics>().Maximum.ShouldBeGreaterThan(data.Labels.ShouldBeOfType<ValueStatistics>().Minimum);
        data.Hash.ShouldNotBeNull().Length.ShouldBe(64);
        fit.Epochs.Length.ShouldBe(2);
        foreach (var (epoch, resources) in fit.Epochs)
        {
            double.IsFinite(epoch.TrainingLoss + epoch.ValidationLoss + epoch.GradientNorm).ShouldBeTrue();
            (epoch.Validation.Count > 0 && epoch.LearningRate > 0).ShouldBeTrue();
            (resources!.Seconds > 0 && resources.RowsPerSecond > 0 && resources.MemoryBytes > 0).ShouldBeTrue();
            (resources.GpuMemoryBytes, resources.GpuUtilization).ShouldBe((null, null));
        }
    }

    [Fact]
    public void Each_member_of_an_ensemble_is_told_apart()
    {
        var settings = new EstimatorSettings { Ensemble = new() { Members = [new() { Network = network.Network }, new() { Linear = new() }] } };
        using var fitted = Model.Fit(settings, Houses.Preparation("ensemble"), Houses.Rows(300, 1));
        var fits = Log(settings, fitted).Fits;
        fits.Select(fit => (fit.Name, fit.Seed)).ShouldBe([("fit, member 0", 12), ("fit, member 1", null)]);
        fits[1].Data!.Hash.ShouldBe(fits[0].Data!.Hash);
    }

    [Fact]
    public void What_is_in_the_log_alone_stays_out_of_the_record()
    {
        using var fitted = Model.Fit(network, Houses.Preparation("network"), Houses.Rows(300, 1));
        var record = JsonSerializer.Serialize(fitted.Record, ModelJson.Options);
        foreach (var name in new[] { "\"data\"", "\"seed\"", "\"resources\"", "\"hash\"" }) record.ShouldNotContain(name);
        var log = JsonSerializer.Serialize(Log(network, fitted), ModelJson.Options);
        foreach (var name in new[] { "\"data\"", "\"seed\": 12", "\"kind\": \"values\"", "\"hash\"" }) log.ShouldContain(name);
        JsonSerializer.Deserialize<TrainingLog>(log, ModelJson.Options)!.Fits[0].Data!.Labels.ShouldBe(fitted.Record.Data!.Labels);
    }

    static TrainingLog Log(EstimatorSettings settings, FitOutcome fitted) => TrainingLog.Of(new Candidate { Name = "chosen", Model = settings }, ("fit", fitted.Record));
}
