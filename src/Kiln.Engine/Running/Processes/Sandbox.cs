namespace Kiln.Running;

/// <summary>
/// What one stage's program may touch: it reads what the stage declares and what every program needs, writes the stage's staging folder and
/// its scratch, and opens no network unless the stage declares it. The kernel enforces it; the launcher takes notes of what was refused.
/// </summary>
sealed class Sandbox(StageRun run, string scratch)
{
    /// <summary>Programs, libraries, and the settings of the machine that these read. Nothing here is about a person or a project.</summary>
    static readonly string[] System =
    [
        "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/opt/nvidia", "/proc", "/sys",
        "/etc/alternatives", "/etc/ca-certificates", "/etc/ca-certificates.conf", "/etc/debian_version", "/etc/fonts", "/etc/group", "/etc/ld.so.cache",
        "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload", "/etc/locale.alias", "/etc/localtime", "/etc/machine-id", "/etc/magic", "/etc/mime.types",
        "/etc/nsswitch.conf", "/etc/OpenCL", "/etc/os-release", "/etc/passwd", "/etc/perl", "/etc/pki", "/etc/python3", "/etc/python3.11", "/etc/python3.12",
        "/etc/python3.13", "/etc/R", "/etc/ssl", "/etc/terminfo", "/etc/timezone", "/etc/vulkan",
    ];

    static readonly string[] Devices =
    [
        "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/shm", "/dev/dri", "/dev/kfd",
        "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset",
    ];

    /// <summary>What finding other machines takes.</summary>
    static readonly string[] Network = ["/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/hostname", "/etc/protocols", "/etc/resolv.conf", "/etc/services", "/run/systemd/resolve"];

    /// <summary>The rules, as the launcher reads them.</summary>
    /// <param name="readable">What may be read besides.</param>
    /// <param name="listed">Folders whose names may be read besides.</param>
    /// <param name="writable">What may be written besides.</param>
    public IReadOnlyList<string> Rules(IEnumerable<string> readable, IEnumerable<string> listed, IEnumerable<string> writable)
    {
        var rules = new List<string>();
        void Add(char kind, string path) => rules.Add(kind + path);

        foreach (var path in System.Concat(readable)) Add('r', path);
        foreach (var path in Devices.Concat(Directory.EnumerateFiles("/dev", "nvidia*")).Concat(writable).Append(run.Staging).Append(scratch)) Add('w', path);
        // Python lists the folder of its script to find modules. What lies beside an input may be listed, not read.
        foreach (var input in run.Node.Inputs) Add('r', input.Path);
        foreach (var folder in run.Node.Inputs.Select(input => Path.GetDirectoryName(input.Path)).OfType<string>().Concat(listed).Distinct()) Add('l', folder);

        if (run.Node.Stage.OpensNetwork)
        {
            foreach (var path in Network) Add('r', path);
            Add('n', "");
        }

        return rules;
    }

    /// <summary>
    /// Of what was refused, the files of the workspace: a stage that tries to read one fails, though it did not get to see it, for it would
    /// work otherwise outside the sandbox. What Python compiled earlier is not among them: it reads the source where it may not read that.
    /// </summary>
    public IReadOnlyList<string> Undeclared(LaunchReport report)
    {
        if (report.Read.Count == 0) return [];
        var workspace = RealPath.Of(run.Workspace) + "/";
        return [.. report.Read.Where(path => path.StartsWith(workspace, StringComparison.Ordinal) && !path.Contains("/__pycache__/")).Select(path => path[workspace.Length..])];
    }
}
