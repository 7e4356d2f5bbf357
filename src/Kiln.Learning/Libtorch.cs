namespace Kiln.Learning;

/// <summary>libtorch as what it is to a stage that trains or scores: an input, for its version and build decide the bits.</summary>
public static class Libtorch
{
    /// <summary>The shim in force; it is compiled anew for each libtorch.</summary>
    public static Input<PlainFile> Library { get; } = NativeTools.Library("torch/libkiln_torch.so", "KILN_TORCH_LIBRARY");
}
