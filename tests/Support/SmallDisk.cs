using System.Diagnostics;

namespace Kiln.Tests;

/// <summary>A file system of a few megabytes, or one that cannot be written, mounted for a test.</summary>
sealed class SmallDisk : IDisposable
{
    readonly string _folder;

    SmallDisk(string folder) => _folder = folder;

    public static bool CanMount { get; } = Environment.IsPrivilegedProcess && Probe();

    public static SmallDisk OfMegabytes(string folder, int size) => Mount(folder, "-t", "tmpfs", "-o", $"size={size}m", "tmpfs", folder);

    public static SmallDisk ReadOnly(string folder) => Mount(folder, "-t", "tmpfs", "-o", "ro", "tmpfs", folder);

    /// <summary>Makes a folder with what it holds read-only, until disposed of.</summary>
    public static SmallDisk Sealed(string folder)
    {
        var disk = Mount(folder, "--bind", folder, folder);
        Run("mount", "-o", "remount,ro,bind", folder).ShouldBe(0);
        return disk;
    }

    public void Dispose() => Run("umount", "--lazy", _folder).ShouldBe(0);

    static SmallDisk Mount(string folder, params string[] arguments)
    {
        Directory.CreateDirectory(folder);
        Run("mount", arguments).ShouldBe(0);
        return new SmallDisk(folder);
    }

    static bool Probe()
    {
        var folder = Directory.CreateTempSubdirectory("kiln-mount-").FullName;
        try
        {
            if (Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) != 0) return false;
            Run("umount", folder);
            return true;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A test that mounts file systems, and is skipped with the reason where that is not allowed.</summary>
sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!SmallDisk.CanMount) Skip = "Mounting a small file system needs root and the right to mount.";
    }
}
