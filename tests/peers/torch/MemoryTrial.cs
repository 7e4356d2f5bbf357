using System.Globalization;
using Kiln.Torch;

/// <summary>Native memory over many steps, every fifth of them given up in the middle.</summary>
static class MemoryTrial
{
    public static int Run(int steps)
    {
        using var model = new Sequential(new Linear(15, 64), new BatchNorm1d(64), new ReLU(), new Dropout(0.1), new Linear(64, 1));
        using var optimizer = new AdamW(model.Parameters);
        using var loss = new BCEWithLogitsLoss();
        using var x = Tensor.Randn([64, 15]);
        using var y = Tensor.Ones([64, 1]);
        var start = 0L;
        for (var step = 0; step <= steps; step++)
        {
            // Pools are filled and code compiled by then.
            if (step == steps / 10) start = ResidentBytes();
            if (step % (steps / 10) == 0) Console.WriteLine($"step {step,6}  {ResidentBytes() >> 10,8} KiB");
            try
            {
                Step(step % 5 == 4);
            }
            catch (InvalidOperationException)
            {
                // Given up on purpose.
            }
        }
        var grown = ResidentBytes() - start;
        Console.WriteLine($"grown by {grown >> 10} KiB since step {steps / 10}");
        return grown < 16 << 20 ? 0 : 1;

        void Step(bool giveUp)
        {
            using var scope = new TensorScope();
            optimizer.ZeroGrad();
            var value = loss.Forward(model.Forward(x), y);
            if (giveUp) throw new InvalidOperationException();
            value.Backward();
            optimizer.Step();
        }
    }

    static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
