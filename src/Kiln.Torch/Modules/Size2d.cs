namespace Kiln.Torch;

/// <summary>A height and a width; one number stands for both.</summary>
public readonly record struct Size2d(long Height, long Width)
{
    public static implicit operator Size2d(long side) => new(side, side);

    public static implicit operator Size2d((long Height, long Width) size) => new(size.Height, size.Width);

    internal long[] ToArray() => [Height, Width];
}
