using Kiln.Torch;

namespace Kiln.Tests.Torch;

/// <summary>The values PyTorch computed: PyTorch/expected.safetensors, made by PyTorch/make.py.</summary>
static class PyTorchValues
{
    static readonly SafeTensorsFile file = SafeTensors.Read(Path.Combine(AppContext.BaseDirectory, "PyTorch", "expected.safetensors"));

    public static Tensor Get(string name) => file.Tensors[name];

    public static bool Has(string name) => file.Tensors.ContainsKey(name);

    public static IReadOnlyDictionary<string, Tensor> Under(string prefix) => file.Under(prefix);

    /// <summary>Requires equality up to rounding: the relative difference of double arithmetic in another order.</summary>
    public static void ShouldAgreeWith(this Tensor actual, Tensor expected, double tolerance = 1e-12)
    {
        actual.Shape.ShouldBe(expected.Shape);
        var (ours, theirs) = (AsDoubles(actual), AsDoubles(expected));
        for (var i = 0; i < ours.Length; i++) ours[i].ShouldBe(theirs[i], tolerance * (1 + Math.Abs(theirs[i])));
    }

    static double[] AsDoubles(Tensor tensor)
    {
        using var doubles = tensor.To(ScalarType.Float64);
        return doubles.ToArray<double>();
    }
}
