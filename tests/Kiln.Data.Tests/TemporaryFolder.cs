namespace Kiln.Data.Tests;

/// <summary>A folder for one test, removed with it.</summary>
public abstract class TemporaryFolder : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("kiln-data-").FullName;

    protected string PathOf(string name) => Path.Combine(_folder, name);

    protected Table TableAt(string name) => Table.At(PathOf(name));

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
