using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Reporting;

/// <summary>What a model answered on test rows, as pages show it: one of three kinds, or the reason why there is none.</summary>
public abstract record TestResults
{
    TestResults()
    {
    }

    /// <summary>Rows judged on.</summary>
    public abstract int Rows { get; }

    /// <summary>Of two classes.</summary>
    /// <param name="Evaluation">Ranking, calibration, and the outcome by threshold.</param>
    /// <param name="ThresholdRule">How the stated threshold was chosen.</param>
    public sealed record OfTwoClasses(BinaryEvaluation Evaluation, string ThresholdRule) : TestResults
    {
        /// <inheritdoc/>
        public override int Rows => Evaluation.Rows;
    }

    /// <summary>Of two classes, where the rows do not tell how well they are told apart.</summary>
    /// <param name="Rows">Rows judged on.</param>
    /// <param name="Reason">Why, in a sentence.</param>
    public sealed record NotTold(int Rows, string Reason) : TestResults
    {
        /// <inheritdoc/>
        public override int Rows { get; } = Rows;
    }

    /// <summary>Of several classes.</summary>
    public sealed record OfClasses(ClassResults Classes) : TestResults
    {
        /// <inheritdoc/>
        public override int Rows => Classes.Rows;
    }

    /// <summary>Of values.</summary>
    public sealed record OfValues(ValueResults Values) : TestResults
    {
        /// <inheritdoc/>
        public override int Rows => Values.Rows;
    }
}
