using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;

namespace Kiln.Learning.Models;

/// <summary>
/// A fitted model: rows as they came in, answers out. It holds the preparation with its training statistics, so that training and
/// scoring cannot differ. Predicting changes nothing in it, so several threads may ask at once.
/// </summary>
public sealed class Model : IDisposable
{
    readonly IPredictor predictor;

    internal Model(ModelDescription description, FittedPreparation preparation, IPredictor predictor, Calibrator? calibrator = null) =>
        (Description, Preparation, this.predictor, Calibrator) = (description, preparation, predictor, calibrator);

    /// <summary>What the model is.</summary>
    public ModelDescription Description { get; }

    /// <summary>What is done to rows before they are answered, with the statistics of the training rows.</summary>
    public FittedPreparation Preparation { get; }

    /// <summary>What is answered.</summary>
    public Target Target => Description.Target;

    /// <summary>The part behind the preparation, whose answers are not calibrated yet.</summary>
    public IPredictor Predictor => predictor;

    /// <summary>What answers go through last; null where they are the predictor's.</summary>
    public Calibrator? Calibrator { get; }

    /// <summary>Learns from training rows; validation rows say when to stop, where the way to learn goes in epochs.</summary>
    /// <param name="settings">The way to learn.</param>
    /// <param name="preparation">What is done to rows before; fitted on the training rows alone.</param>
    /// <param name="training">What is learned from.</param>
    /// <param name="validation">What is judged on, if anything.</param>
    /// <param name="options">What decides nothing.</param>
    /// <exception cref="KilnException">Settings or rows cannot be learned from, or the fit diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the last checkpoint stays.</exception>
    public static FitOutcome Fit(EstimatorSettings settings, Preparation preparation, Examples training, Examples? validation = null, FitOptions? options = null)
    {
        var chosen = Estimators.Choose(settings, training.Target, options?.OwnNetwork);
        training.Checked("training");
        CheckBeside(settings, training.Target, validation);
        CheckpointPlace.Check(options);
        var (fitted, features) = preparation.FitApply(training);
        if (settings.MisfitTo(fitted.Features) is { } misfit) throw ModelErrors.DoesNotFit(misfit.Under("model"), training.Target);
        var rows = FitRows.Of(features, training);
        var validationRows = validation is null ? null : FitRows.Of(fitted.Apply(validation.Columns), validation);
        return Outcome(settings, chosen, fitted, training.Target, chosen.Estimator.Fit(rows, validationRows, options ?? new()).From(settings, rows));
    }

    /// <summary>
    /// Learns from rows that stay in their Parquet files, which may be larger than memory: networks only. The preparation is fitted column by
    /// column, and encodes nothing by its target. The same settings, rows, libtorch and thread count give the same bits on the CPU, whether
    /// or not the training was interrupted; they are not those of <see cref="Fit"/>, which draws another order of rows.
    /// </summary>
    /// <param name="settings">The way to learn.</param>
    /// <param name="preparation">What is done to rows before; fitted on the training rows alone.</param>
    /// <param name="training">What is learned from.</param>
    /// <param name="validation">What is judged on, if anything; in memory.</param>
    /// <param name="options">What decides nothing.</param>
    /// <exception cref="KilnException">Settings or rows cannot be learned from, or not from disk; or the fit diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the last checkpoint stays.</exception>
    public static FitOutcome FitStreamed(EstimatorSettings settings, Preparation preparation, StreamedExamples training, Examples? validation = null, FitOptions? options = null)
    {
        var chosen = Estimators.Choose(settings, training.Target, options?.OwnNetwork);
        var network = chosen.Estimator as NetworkEstimator ?? throw ModelErrors.NotStreamed(chosen.Name);
        if (training.BufferBytes < 1) throw ModelErrors.BadSetting("StreamedExamples.BufferBytes", $"from 1; here is {training.BufferBytes}");
        CheckBeside(settings, training.Target, validation);
        CheckpointPlace.Check(options);
        var (fitted, rows) = StreamedRows.Prepare(preparation, training);
        var validationRows = validation is null ? null : FitRows.Of(fitted.Apply(validation.Columns), validation);
        return Outcome(settings, chosen, fitted, training.Target, network.FitStreamed(rows, validationRows, options ?? new()).From(settings, rows.Known));
    }

    static void CheckBeside(EstimatorSettings settings, Target target, Examples? validation)
    {
        if (validation is null && settings.NeedsValidation) throw ModelErrors.NothingToJudgeBy();
        if (validation?.Checked("validation").Target is { } other && (other.Task != target.Task || !other.Classes.SequenceEqual(target.Classes)))
            throw ModelErrors.OtherTarget($"{target.Column} ({target.Task})", $"{other.Column} ({other.Task})");
    }

    /// <summary>Answers for rows as they came.</summary>
    /// <exception cref="KilnException">A column is missing or holds something else than in training; the error names it.</exception>
    public Predictions Predict(TableColumns rows) => Predict(rows, Target.ReadExposures(rows));

    /// <summary>Answers for a table, some rows at a time.</summary>
    /// <exception cref="KilnException">A column is missing or holds something else than in training; the error names it.</exception>
    public Predictions Predict(Table rows) => Predict(Read(rows));

    /// <summary>The columns of a table that answers depend on.</summary>
    /// <exception cref="KilnException">A column is missing; the error names it.</exception>
    internal TableColumns Read(Table rows) => rows.ReadColumns([.. Preparation.Inputs.Select(input => input.Name).Append(Target.Exposure).OfType<string>().Distinct()]);

    /// <summary>An empty row, to be filled and answered again and again.</summary>
    public InputRow NewRow() => Preparation.NewRow();

    /// <summary>One of many rows, to be answered on its own.</summary>
    /// <exception cref="KilnException">A column is missing or holds something else than in training; the error names it.</exception>
    public InputRow RowOf(TableColumns rows, int row)
    {
        var one = NewRow();
        for (var input = 0; input < one.Inputs.Length; input++) one.Set(input, rows[one.Inputs[input].Name], row);
        return one;
    }

    /// <summary>Answers for one row, in microseconds.</summary>
    /// <param name="row">A row of this model.</param>
    /// <param name="answers">Takes as many answers as there are <see cref="Models.Target.Outputs"/>.</param>
    /// <param name="exposure">The row's exposure, where the target has one.</param>
    /// <exception cref="KilnException">
    /// A value that the row must have is missing, the error names its column; it is a row of another model; there is not room for exactly the answers;
    /// or the exposure is not above 0.
    /// </exception>
    public void Predict(InputRow row, Span<float> answers, float exposure = 1)
    {
        if (answers.Length != Target.Outputs) throw ModelErrors.AnswerSpan(Target.Outputs, answers.Length);
        if (Target.Exposure is { } column && !Target.IsExposure(exposure)) throw ModelErrors.NotAnExposure(column, -1, exposure);
        var width = Preparation.Features.Length;
        Span<float> features = width <= 1024 ? stackalloc float[width] : new float[width];
        Preparation.Apply(row, features);
        predictor.Predict(features, answers);
        Target.Undo(answers, Target.Exposure is null ? [] : [exposure]);
        Calibrator?.Apply(answers, Target.Outputs);
    }

    /// <summary>Answers for rows with these exposures (empty where the target has none), whatever their columns say: who changes a column to see what follows leaves the exposures alone.</summary>
    internal Predictions Predict(TableColumns rows, ReadOnlySpan<float> exposures)
    {
        var features = Preparation.Apply(rows);
        var answers = new float[features.Rows * Target.Outputs];
        predictor.Predict(features.Values.Span, answers);
        Target.Undo(answers, exposures);
        Calibrator?.Apply(answers, Target.Outputs);
        return new(Target, answers);
    }

    /// <summary>Writes the model into a folder that holds nothing else.</summary>
    /// <exception cref="KilnException">The folder holds something, or cannot be written; the model is still there to be saved elsewhere.</exception>
    public void Save(string folder) => ModelFolder.Write(folder, this, predictor);

    public void Dispose() => predictor.Dispose();

    static FitOutcome Outcome(EstimatorSettings settings, (string Name, Estimator Estimator) chosen, FittedPreparation fitted, Target target, FittedPredictor outcome)
    {
        var (name, estimator) = chosen;
        var description = new ModelDescription
        {
            Kind = name,
            Estimator = settings.WithoutCheckpoints(),
            Target = target,
            Features = fitted.Features,
            Inputs = fitted.Inputs,
            Reproducibility = estimator.Reproducibility,
            Library = estimator.Library,
            Parameters = outcome.Record.Parameters,
        };
        return new() { Model = new(description, fitted, outcome.Predictor), Record = outcome.Record };
    }
}
