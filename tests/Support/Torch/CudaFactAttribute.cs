using Kiln.Torch;

namespace Kiln.Tests;

/// <summary>A test that needs a GPU, and is skipped with the reason where there is none.</summary>
sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute()
    {
        if (CudaDevices.Count == 0) Skip = "No GPU: " + Device.Parse("auto").Reason;
    }
}
