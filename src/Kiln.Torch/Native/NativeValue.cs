using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>What a <see cref="NativeValue"/> holds; the order is shim.h's.</summary>
enum Tag
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    String,
    Ints,
    Doubles,
    Bools,
    Tensors,
    Device,
}

/// <summary>One argument or result of an operator, laid out as in shim.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
struct NativeValue
{
    [FieldOffset(0)]
    public Tag Tag;

    [FieldOffset(4)]
    public int Count;

    [FieldOffset(8)]
    public long Integer;

    [FieldOffset(8)]
    public double Real;

    [FieldOffset(8)]
    public nint Pointer;
}

/// <summary>What kt_describe says of a tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeDescription
{
    public int Dimensions;
    public int ScalarType;
    public int DeviceType;
    public int DeviceIndex;
    public int RequiresGrad;
    public int Contiguous;
    public long Elements;
    public long ElementBytes;
}

/// <summary>The numbers of an Adam step, as optimizers.cpp takes them.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeAdam
{
    public double LearningRate;
    public double Beta1;
    public double Beta2;
    public double Epsilon;
    public double WeightDecay;
    public long Decoupled;
}

/// <summary>The numbers of an SGD step, as optimizers.cpp takes them.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeSgd
{
    public double LearningRate;
    public double Momentum;
    public double Dampening;
    public double WeightDecay;
    public long Nesterov;
}

/// <summary>Whether a device's operators compute in another type, and which, as runtime.cpp tells it.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeAutocast
{
    public int Enabled;
    public int ScalarType;
}
