using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Training;

/// <summary>Remembers which epoch was best, and says when no better one is to be expected.</summary>
sealed class EarlyStopping(Measure monitor, int patience)
{
    /// <summary>The best epoch so far, from 1; 0 before any.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The watched measure in that epoch.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>Takes an epoch's measure in; true where it is the best so far. NaN never is, unless nothing else was seen.</summary>
    public bool Improves(EpochRecord epoch)
    {
        var value = monitor == Measure.Loss ? epoch.ValidationLoss : epoch.Validation[Measures.Name(monitor)];
        var better = BestEpoch == 0 || (double.IsNaN(Best) && !double.IsNaN(value)) || (Measures.IsHigherBetter(monitor) ? value > Best : value < Best);
        if (better) (BestEpoch, Best) = (epoch.Epoch, value);
        return better;
    }

    /// <summary>Whether as many epochs as patience allows have passed without improvement.</summary>
    public bool IsSpent(int epoch) => patience > 0 && epoch - BestEpoch >= patience;

    /// <summary>Goes back to what a checkpoint held.</summary>
    public void Restore(int bestEpoch, double best) => (BestEpoch, Best) = (bestEpoch, best);
}
