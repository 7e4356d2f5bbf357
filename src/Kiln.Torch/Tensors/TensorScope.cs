namespace Kiln.Torch;

/// <summary>
/// Owns every tensor made on this thread while it is the innermost open scope, and disposes them when it closes:
/// <code>
/// using var scope = new TensorScope();
/// return scope.Keep((input * weight).Sum());
/// </code>
/// What leaves is named with <see cref="Keep"/>. Open and close a scope in one method: never across an await.
/// </summary>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    static TensorScope? innermost;

    readonly TensorScope? outer = innermost;
    readonly List<Tensor> tensors = [];
    bool closed;

    public TensorScope() => innermost = this;

    /// <summary>Takes a tensor out of this scope: the enclosing scope owns it, or, where there is none, the caller.</summary>
    public Tensor Keep(Tensor tensor)
    {
        if (ReferenceEquals(tensor.Owner, this)) Give(tensor, outer);
        return tensor;
    }

    /// <summary>Takes a tensor out of every scope: whoever holds it disposes it.</summary>
    public static Tensor Free(Tensor tensor)
    {
        tensor.Owner = null;
        return tensor;
    }

    /// <summary>Disposes what the scope still owns.</summary>
    /// <exception cref="TorchException">A scope opened inside it is still open, or this is another thread.</exception>
    public void Dispose()
    {
        if (closed) return;
        if (!ReferenceEquals(innermost, this)) throw Errors.ScopeOutOfOrder();
        closed = true;
        innermost = outer;
        foreach (var tensor in tensors)
            if (ReferenceEquals(tensor.Owner, this)) tensor.Dispose();
        tensors.Clear();
    }

    internal static void Adopt(Tensor tensor)
    {
        if (innermost is { } scope) Give(tensor, scope);
    }

    static void Give(Tensor tensor, TensorScope? scope)
    {
        tensor.Owner = scope;
        if (scope is null) return;
        // A scope around a long loop would otherwise grow by what its body disposed already.
        if (scope.tensors.Count == scope.tensors.Capacity) scope.tensors.RemoveAll(known => known.IsDisposed || !ReferenceEquals(known.Owner, scope));
        scope.tensors.Add(tensor);
    }
}
