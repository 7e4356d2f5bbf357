namespace Kiln.Tests.Torch;

/// <summary>A folder that is gone when the test is.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kiln-torch-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
