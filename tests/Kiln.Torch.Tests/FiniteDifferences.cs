using Kiln.Torch;

namespace Kiln.Tests.Torch;

/// <summary>Checks gradients against central differences (f(x + h) - f(x - h)) / 2h in double precision.</summary>
static class FiniteDifferences
{
    const double Step = 1e-6;

    /// <param name="variables">The leaves to differentiate by.</param>
    /// <param name="function">The outcome, computed anew from the leaves.</param>
    /// <param name="exempt">Elements of the first leaf not to compare.</param>
    public static void ShouldAgree(IReadOnlyList<Tensor> variables, Func<Tensor> function, IReadOnlySet<int>? exempt = null)
    {
        using var scope = new TensorScope();
        foreach (var variable in variables) variable.Grad = null;
        function().Backward();
        foreach (var variable in variables)
        {
            var gradient = variable.Grad!.ToArray<double>();
            var elements = variable.AsSpan<double>();
            for (var i = 0; i < gradient.Length; i++)
            {
                if (ReferenceEquals(variable, variables[0]) && exempt?.Contains(i) == true) continue;
                var difference = Slope(ref elements[i], function);
                gradient[i].ShouldBe(difference, 1e-6 * (1 + Math.Abs(difference)), $"element {i} of {variable}");
            }
        }
    }

    static double Slope(ref double element, Func<Tensor> function)
    {
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        var center = element;
        element = center + Step;
        var above = function().Item();
        element = center - Step;
        var below = function().Item();
        element = center;
        return (above - below) / (2 * Step);
    }
}
