namespace Kiln.Learning;

/// <summary>libtorch as what it is to a stage that trains or scores: an input, for its version and build decide the bits.</summary>
public static class Libtorch
{
    /// <summary>The shim in force, and the hashes of the libraries it stands on, which <c>build.sh</c> writes beside it.</summary>
    public static Inputs<PlainFile> Library => new([NativeTools.Library("torch/libkiln_torch.so", "KILN_TORCH_LIBRARY"), NativeTools.Library("torch/made-from", "KILN_TORCH_LIBRARY")]);

    /// <summary>
    /// What a device setting comes to on this machine, as a fact for a fingerprint: <c>auto</c> is another thing where there is a GPU.
    /// Asked of the driver's files, for it is asked at every start.
    /// </summary>
    public static string Accelerator(string device) =>
        device != "auto" ? device : Surroundings.Exists("/proc/driver/nvidia/version") ? "auto, with a GPU" : "auto, without a GPU";
}
