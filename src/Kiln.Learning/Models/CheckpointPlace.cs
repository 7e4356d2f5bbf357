namespace Kiln.Learning.Models;

/// <summary>The folder that keeps a fit's state.</summary>
static class CheckpointPlace
{
    /// <summary>Finds out before a fit, which may take hours, whether it can be written into, and makes it where it is not there.</summary>
    /// <exception cref="KilnException">It cannot.</exception>
    public static void Check(FitOptions? options)
    {
        if (options?.CheckpointFolder is not { } folder) return;
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ModelErrors.NoCheckpoints(folder, exception);
        }
    }
}
