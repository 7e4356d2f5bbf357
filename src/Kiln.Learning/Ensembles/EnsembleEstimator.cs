using Kiln.Learning.Models;
using Kiln.Learning.Networks;

namespace Kiln.Learning.Ensembles;

/// <summary>Fits several models one after another to the same rows, or to the last days of them.</summary>
sealed class EnsembleEstimator(EnsembleSettings settings, Func<ModelShape, TableNetwork>? ownNetwork = null) : Estimator
{
    public override Reproducibility Reproducibility => settings.Members.Select(member => Chosen(member).Reproducibility).DefaultIfEmpty().Max();

    public override string? Library => string.Join(", ", settings.Members.Select(member => Chosen(member).Library).OfType<string>().Distinct()) is { Length: > 0 } libraries ? libraries : null;

    public override FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options)
    {
        var fitted = new List<FittedPredictor>();
        try
        {
            foreach (var (place, member) in settings.Members.Index())
            {
                var rows = training.LastDays(member.Days);
                fitted.Add(Chosen(member).Fit(rows, validation, options with { CheckpointFolder = options.CheckpointFolder is { } folder ? PlaceOf(folder, place) : null }).From(member.Model, rows));
            }
        }
        catch
        {
            foreach (var done in fitted) done.Predictor.Dispose();
            throw;
        }
        return new(
            new EnsemblePredictor(training.Target, [.. fitted.Zip(settings.Members, (done, member) => (done.Predictor, member.Weight))]),
            new() { Members = [.. fitted.Select(done => done.Record)], Rows = training.Rows, Parameters = fitted.Sum(done => done.Record.Parameters), Device = string.Join(", ", fitted.Select(done => done.Record.Device).Distinct()) });
    }

    public override IPredictor Load(ModelShape shape, string folder) =>
        new EnsemblePredictor(shape.Target, [.. settings.Members.Select((member, place) => (Chosen(member).Load(shape, PlaceOf(folder, place)), member.Weight))]);

    internal static string PlaceOf(string folder, int place) => Path.Combine(folder, $"member-{place}");

    Estimator Chosen(EnsembleMember member) => Estimators.Make(member.Model, ownNetwork);
}
