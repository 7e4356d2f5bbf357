using System.Collections.Immutable;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// A vector for each category of several columns: codes Int64 [n, columns] → [n, columns · dimensions], the columns' vectors side by side.
/// What an <see cref="Embedding"/> a column would compute, joined, in one lookup and one gradient: all vectors lie in one table, where a
/// column's begin at its offset.
/// </summary>
public sealed class CategoricalEmbeddings : Module<Tensor, Tensor>
{
    readonly Tensor counts;
    readonly Tensor offsets;

    /// <param name="counts">How many categories each column has: its codes go from 0 to one less.</param>
    /// <param name="dimensions">How long a category's vector is.</param>
    public CategoricalEmbeddings(ReadOnlySpan<long> counts, long dimensions)
    {
        if (counts.IsEmpty || counts.ToArray().Any(count => count < 1)) throw new ArgumentException("Every column has at least one category.", nameof(counts));
        Counts = [.. counts];
        long total = 0;
        Offsets = [.. Counts.Select(count => (total += count) - count)];
        Weight = AddParameter("weight", Start(Tensor.Empty([total, dimensions])));
        this.counts = AddBuffer("counts", Tensor.From(counts));
        offsets = AddBuffer("offsets", Tensor.From(Offsets.AsSpan()));
    }

    /// <summary>How many categories each column has.</summary>
    public ImmutableArray<long> Counts { get; }

    /// <summary>The row of <see cref="Weight"/> at which each column's vectors begin.</summary>
    public ImmutableArray<long> Offsets { get; }

    /// <summary>The vectors of all columns, one below the other: [sum of counts, dimensions].</summary>
    public Tensor Weight { get; }

    /// <exception cref="TorchException">A code is not one of its column's; on the CPU the error names it, a GPU stops.</exception>
    public override Tensor Forward(Tensor input)
    {
        using var rows = Rows(input);
        using var vectors = Aten.Embedding.Call(Weight, rows);
        return vectors.Flatten(-2);
    }

    Tensor Rows(Tensor codes)
    {
        if (codes.Device.Type == DeviceType.Cpu)
        {
            var rows = NativeMethods.OffsetCodes(codes.Handle, counts.Handle, offsets.Handle);
            return rows == 0 ? throw Errors.UnknownCode(NativeMethods.LastError()) : new Tensor(rows);
        }
        using var scope = new TensorScope();
        // Nothing is read back: the check is queued like any kernel.
        Aten.AssertAsync.Apply(Aten.LogicalAnd.Call(codes.GreaterThan(-1), Aten.LessThan.Call(codes, counts)).Min());
        return scope.Keep(codes + offsets);
    }

    // Column by column, as that many embeddings would be drawn.
    Tensor Start(Tensor table)
    {
        using var noGrad = new NoGrad();
        for (var column = 0; column < Counts.Length; column++)
        {
            using var vectors = table.Narrow(0, Offsets[column], Counts[column]);
            Initialization.Normal(vectors);
        }
        return table;
    }
}
