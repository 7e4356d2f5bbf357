using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>Numbers beside the vectors of the categories: a batch as [n, <see cref="Width"/>].</summary>
sealed class InputColumns : Module<NetworkInput, Tensor>
{
    readonly NetworkLayout layout;
    readonly Embedding? embedding;

    public InputColumns(NetworkLayout layout, int dimensions)
    {
        this.layout = layout;
        Width = layout.Numbers + (layout.Categories * dimensions);
        if (layout.Categories == 0) return;
        embedding = AddChild("embedding", new Embedding(layout.CategoryVectors, dimensions));
        // What training never saw has no vector of its own to learn: it stays where it says nothing.
        using var noGrad = new NoGrad();
        foreach (var place in layout.UnseenPlaces)
        {
            using var vector = embedding.Weight.Narrow(0, place, 1);
            vector.Fill(0);
        }
    }

    /// <summary>The categories' vectors; null where there are none.</summary>
    public Embedding? Embedding => embedding;

    /// <summary>Columns that come out.</summary>
    public int Width { get; }

    public override Tensor Forward(NetworkInput input)
    {
        // Another reference, for the caller disposes what it gets.
        if (embedding is null) return input.Numbers!.Contiguous();
        using var looked = input.Vectors is null ? embedding.Forward(input.Categories!) : null;
        var vectors = input.Vectors ?? looked!;
        var flat = vectors.Reshape(vectors.Size(0), Width - layout.Numbers);
        if (input.Numbers is null) return flat;
        using (flat) return Tensor.Cat([input.Numbers, flat], 1);
    }
}
