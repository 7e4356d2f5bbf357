using System.Diagnostics;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>A file system in which reads, writes and renames fail when a test says so: what a broken or full disk does. A small program made with FUSE.</summary>
sealed class FailingDisk : IDisposable
{
    public const int InputOutputError = 5, NoSpace = 28;

    static readonly Lazy<(string? Program, string Reason)> Built = new(Build);
    readonly string _folder = Directory.CreateTempSubdirectory("kiln-disk-").FullName;
    readonly Process _process;

    public FailingDisk()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "behind"));
        Directory.CreateDirectory(Root);
        _process = Process.Start(Built.Value.Program!, [Path.Combine(_folder, "behind"), Root]);
        for (var wait = 0; wait < 500 && !File.ReadAllText("/proc/mounts").Contains(Root, StringComparison.Ordinal); wait++) Thread.Sleep(10);
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? WhyNot => Built.Value.Program is null ? Built.Value.Reason : null;

    public string Root => Path.Combine(_folder, "disk");

    /// <summary>From the numbered such operation on, fails with an error.</summary>
    public void Fail(string operation, int error, int number) => File.WriteAllText(Path.Combine(_folder, "behind.fail"), $"{operation} {error} {number}");

    /// <summary>Puts a file, or the files now below a folder, on bad sectors: reading them fails.</summary>
    public void Spoil(string path)
    {
        // Linked elsewhere, so that no new file gets the number of one that is replaced.
        var behind = Path.Combine(_folder, "held");
        Process.Start("cp", ["--archive", "--link", Path.Combine(_folder, "behind", path), behind]).WaitForExit();
        var inodes = (File.Exists(behind) ? [behind] : Directory.GetFiles(behind, "*", SearchOption.AllDirectories)).Select(file => FileStamp.Of(file)!.Value.Inode);
        File.WriteAllText(Path.Combine(_folder, "behind.fail"), $"bad ,{string.Join(',', inodes)},");
    }

    public void Heal() => File.Delete(Path.Combine(_folder, "behind.fail"));

    public void Dispose()
    {
        Heal();
        Process.Start("umount", ["--lazy", Root]).WaitForExit();
        _process.WaitForExit(1000); // it ends with the last file that is open on it
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static (string?, string) Build()
    {
        if (!Environment.IsPrivilegedProcess || !SmallDisk.CanMount) return (null, "mounting needs root and the right to mount");
        if (!File.Exists("/dev/fuse")) return (null, "there is no /dev/fuse");
        var program = Path.Combine(Directory.CreateTempSubdirectory("kiln-fuse-").FullName, "failing");
        var source = Path.Combine(Repository.Root, "tests/Kiln.Engine.Tests/Disks/failing.c");
        try
        {
            using var compile = Process.Start(new ProcessStartInfo("sh", ["-c", $"gcc -O1 -D_FILE_OFFSET_BITS=64 '{source}' -o '{program}' $(pkg-config --cflags --libs fuse3)"]) { RedirectStandardError = true })!;
            compile.StandardError.ReadToEnd();
            compile.WaitForExit();
            return compile.ExitCode == 0 ? (program, "") : (null, "gcc and libfuse3-dev are not installed");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (null, error.Message);
        }
    }
}

/// <summary>Tests on a disk that fails, skipped with the reason where there can be none.</summary>
sealed class FailingDiskTheoryAttribute : TheoryAttribute
{
    public FailingDiskTheoryAttribute()
    {
        if (FailingDisk.WhyNot is { } reason) Skip = "A disk that fails when told to: " + reason + ".";
    }
}
