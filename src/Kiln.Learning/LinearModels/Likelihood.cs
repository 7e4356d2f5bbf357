using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.LinearModels;

/// <summary>
/// The penalized negative log likelihood of classes, −Σ w log p(y|x) + ½ l2 ‖β‖², and Newton's way down it. Two classes have one set of
/// coefficients, several have one each, as in scikit-learn.
/// </summary>
sealed class Likelihood : IDisposable
{
    const long MostCoefficients = 5_000;

    static readonly Operator logSigmoid = new("aten::log_sigmoid");

    readonly DesignRows rows;
    readonly int sets;
    readonly long width;
    readonly Tensor penalty;
    Tensor coefficients;
    Evaluation here;

    public Likelihood(DesignRows rows, Target target, double l2)
    {
        this.rows = rows;
        sets = target.Outputs;
        width = rows.Columns + 1;
        if (sets * width > MostCoefficients) throw LinearErrors.TooWide(sets * width, MostCoefficients);
        var strengths = new double[sets * width];
        for (var i = 0; i < strengths.Length; i++) strengths[i] = i % width == 0 ? 0 : l2;
        penalty = TensorScope.Free(Tensor.From<double>(strengths));
        coefficients = TensorScope.Free(Tensor.Zeros([sets * width], ScalarType.Float64));
        here = Evaluate(coefficients);
    }

    /// <summary>What is lowered.</summary>
    public double Objective => here.Objective;

    /// <summary>The mean loss of a row, without the penalty, in nats.</summary>
    public double MeanLoss => here.Loss / rows.TotalWeight;

    /// <summary>The norm of the objective's gradient before the last step.</summary>
    public double GradientNorm { get; private set; }

    public double LargestCoefficient => coefficients.ToArray<double>().Max(Math.Abs);

    /// <summary>Goes one Newton step, shortened until it lowers the objective, and returns how much a whole one promised to.</summary>
    public double Step()
    {
        using var scope = new TensorScope();
        var (gradient, curvature) = Slope();
        GradientNorm = Math.Sqrt((gradient * gradient).Sum().Item());
        var direction = SymmetricSystem.Solve(curvature, gradient);
        var promised = (gradient * direction).Sum().Item() / 2;
        for (var length = 1.0; length > 1e-10; length /= 2)
        {
            var candidate = coefficients - (direction * length);
            var there = Evaluate(candidate);
            // Armijo's rule; at the solution rounding decides, and a step that changes nothing is as good.
            if (!(there.Objective <= here.Objective - (1e-4 * length * 2 * promised) + (1e-15 * Math.Abs(here.Objective)))) continue;
            coefficients.Dispose();
            coefficients = TensorScope.Free(candidate);
            here = there;
            return promised;
        }
        return 0;
    }

    /// <summary>For each set the intercept, then a coefficient a feature. Of several classes only the intercepts' differences are decided: their sum is made 0.</summary>
    public double[] Coefficients()
    {
        var found = coefficients.ToArray<double>();
        if (sets == 1) return found;
        var mean = Enumerable.Range(0, sets).Average(set => found[set * width]);
        for (var set = 0; set < sets; set++) found[set * width] -= mean;
        return found;
    }

    public void Dispose()
    {
        penalty.Dispose();
        coefficients.Dispose();
    }

    Evaluation Evaluate(Tensor at)
    {
        using var scope = new TensorScope();
        var loss = 0.0;
        foreach (var part in rows.Parts())
        {
            using var inner = new TensorScope();
            loss += (Losses(part, at) * part.Weights).Sum().Item();
        }
        return new(loss, loss + ((at * at * penalty).Sum().Item() / 2));
    }

    Tensor Losses(DesignPart part, Tensor at)
    {
        if (sets == 1)
        {
            var logits = part.Features.MatMul(at);
            return -logSigmoid.Call(-logits) - (logits * part.Labels);
        }
        return -Logits(part, at).LogSoftmax(1).Gather(1, part.Labels.To(ScalarType.Int64).Unsqueeze(1)).Squeeze(1);
    }

    Tensor Logits(DesignPart part, Tensor at) => part.Features.MatMul(at.Reshape(sets, width).Transpose(0, 1));

    (Tensor Gradient, Tensor Curvature) Slope()
    {
        var gradient = coefficients * penalty;
        var curvature = Tensor.Zeros([sets, width, sets, width], ScalarType.Float64);
        foreach (var part in rows.Parts())
        {
            using var inner = new TensorScope();
            // [n, sets], for two classes the probability of the second alone
            var probabilities = sets == 1 ? part.Features.MatMul(coefficients).Sigmoid().Unsqueeze(1) : Logits(part, coefficients).Softmax(1);
            var wanted = sets == 1 ? part.Labels.Unsqueeze(1) : OneHot(part.Labels);
            var weights = part.Weights.Unsqueeze(1);
            gradient.AddInPlace(((probabilities - wanted) * weights).Transpose(0, 1).MatMul(part.Features).Reshape(sets * width));
            for (var first = 0; first < sets; first++)
            {
                for (var second = 0; second <= first; second++)
                {
                    var p = probabilities.Narrow(1, first, 1);
                    var factor = first == second ? p * (1 + -p) : -(p * probabilities.Narrow(1, second, 1));
                    var block = (part.Features * (factor * weights)).Transpose(0, 1).MatMul(part.Features);
                    Block(first, second).AddInPlace(block);
                    if (first != second) Block(second, first).AddInPlace(block);
                }
            }
        }
        var flat = curvature.Reshape(sets * width, sets * width);
        return (gradient, flat + Diagonal(flat));

        Tensor Block(int first, int second) => curvature.Narrow(0, first, 1).Narrow(2, second, 1).Squeeze(2).Squeeze(0);
    }

    // Several classes have one direction without a slope or a curvature: the same added to every intercept.
    Tensor Diagonal(Tensor curvature) => Tensor.Eye(sets * width, ScalarType.Float64) * (penalty + (sets == 1 ? 0 : 1e-12 * curvature.Abs().Max().Item()));

    Tensor OneHot(Tensor labels) => Tensor.Arange(0, sets, type: ScalarType.Float64).Unsqueeze(0).EqualTo(labels.Unsqueeze(1)).To(ScalarType.Float64);

    readonly record struct Evaluation(double Loss, double Objective);
}
