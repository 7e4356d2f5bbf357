using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;

namespace Kiln.Pipelines.Fraud;

/// <summary>What is learned from transactions, and how it is judged beside the usual measures.</summary>
static class FraudProblem
{
    /// <summary>Whether a transaction is fraudulent, from its 15 features.</summary>
    public static LearningProblem Definition { get; } = new()
    {
        Target = Target.Binary(TransactionEvents.Fraud),
        Features = FraudFeatures.Names,
        Time = TransactionEvents.Time,
        Card = TransactionEvents.Customer,
    };

    /// <summary>Of the cards with the highest scores of a day, the share that is compromised.</summary>
    public static CardPrecision Cards(TableColumns rows, double[] scores, bool[] labels, int perDay) => CardPrecision.Of(
        JudgedRows.Of(scores, labels) with
        {
            Days = Array.ConvertAll(rows.Values<long>(TransactionEvents.Time).ToArray(), micros => (int)Math.Floor((double)micros / TimeSpan.MicrosecondsPerDay)),
            Cards = rows.Values<long>(TransactionEvents.Customer).ToArray(),
        },
        perDay);
}
