using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// The sums of an epoch's losses and gradient norms where they are computed: a GPU works on while steps are asked of it, and every reading
/// waits until it has done all of them. Read now and then, they tell afterwards whether a step went wrong: a sum with something
/// that is no number in it is none. The state of the last reading is kept, so that a training can go back there and look at each step.
/// </summary>
sealed class LateReading : IDisposable
{
    const int MostMilliseconds = 1000;

    readonly int steps;
    readonly Tensor sums;
    readonly Tensor losses;
    readonly Tensor norms;
    readonly KeptState state;
    EpochProgress kept = new();
    int unread;
    long since;

    /// <param name="live">All that a step changes.</param>
    /// <param name="device">Where steps are computed.</param>
    /// <param name="steps">Steps between readings, at most.</param>
    public LateReading(IEnumerable<Tensor> live, Device device, int steps)
    {
        this.steps = steps;
        sums = TensorScope.Free(Tensor.Zeros([2], ScalarType.Float64, device));
        losses = TensorScope.Free(sums.Narrow(0, 0, 1));
        norms = TensorScope.Free(sums.Narrow(0, 1, 1));
        state = new(live, device);
    }

    /// <summary>Whether enough steps or time have passed for a reading to be worth its wait.</summary>
    public bool IsDue => unread >= steps || Environment.TickCount64 - since >= MostMilliseconds;

    /// <summary>Goes on from here: all that came before is known to be good.</summary>
    public void Keep(EpochProgress progress)
    {
        kept = progress;
        losses.Fill(progress.LossSum);
        norms.Fill(progress.NormSum);
        state.Keep();
        Begin();
    }

    /// <summary>Adds a batch's loss, and where it ends a step the norm of its gradient.</summary>
    public void Add(Tensor loss, Tensor? norm)
    {
        using var noGrad = new NoGrad();
        losses.AddInPlace(loss);
        if (norm is null) return;
        norms.AddInPlace(norm);
        unread++;
    }

    /// <summary>The progress with the sums in it; null where one of them is no number. Waits for the device.</summary>
    public EpochProgress? Read(EpochProgress progress)
    {
        var read = sums.ToArray<double>();
        Begin();
        return double.IsFinite(read[0]) && double.IsFinite(read[1]) ? progress with { LossSum = read[0], NormSum = read[1] } : null;
    }

    /// <summary>Makes everything as it was when it was last kept, and tells how far the epoch had come.</summary>
    public EpochProgress GoBack()
    {
        state.Restore();
        return kept;
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { losses, norms, sums }) tensor.Dispose();
        state.Dispose();
    }

    void Begin() => (unread, since) = (0, Environment.TickCount64);
}
