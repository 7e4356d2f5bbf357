using Kiln.Running;

namespace Kiln.Tests;

/// <summary>What a process may still take, by files such as the kernel gives them.</summary>
public sealed class MachineMemoryTests : IDisposable
{
    readonly PipelineSpace _machine = new();

    public MachineMemoryTests() => _machine.Write("proc/meminfo", "MemTotal:       16384000 kB\nMemFree:          100000 kB\nMemAvailable:    8192000 kB\n");

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Without_groups_it_is_what_the_kernel_calls_available()
    {
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(8000);
        _machine.Write("proc/self/cgroup", "12:memory:/of/version/one\n1:name=systemd:/x\n");
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(8000);
    }

    [Fact]
    public void The_tightest_group_from_its_own_to_the_root_limits_it_and_file_caches_count_as_free()
    {
        _machine.Write("proc/self/cgroup", "0::/jobs/one\n");
        Limit("jobs/one", "max", 300, 0);
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(8000);
        Limit("jobs", "1000", 700, 100);
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(400);
        Limit("jobs/one", "500", 300, 50);
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(250);
        Limit("", "600", 500, 20);
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(120);
    }

    [Fact]
    public void A_group_whose_files_are_not_there_limits_nothing()
    {
        _machine.Write("proc/self/cgroup", "0::/\n");
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(8000);
        _machine.Write("sys/fs/cgroup/memory.max", $"{64L << 20}\n");
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(8000, "what it uses is not known");
        _machine.Write("sys/fs/cgroup/memory.current", "0\n");
        MachineMemory.AvailableMiB(_machine.Root).ShouldBe(64);
    }

    /// <param name="group">The group.</param>
    /// <param name="limit">Its limit in MiB, or max.</param>
    /// <param name="used">What it uses, in MiB.</param>
    /// <param name="cached">How much of that the kernel would give back, in MiB.</param>
    void Limit(string group, string limit, long used, long cached)
    {
        var folder = Path.Combine("sys/fs/cgroup", group);
        _machine.Write(folder + "/memory.max", (long.TryParse(limit, out var number) ? $"{number << 20}" : limit) + "\n");
        _machine.Write(folder + "/memory.current", $"{used << 20}\n");
        _machine.Write(folder + "/memory.stat", $"anon 1\ninactive_file {cached << 20}\nactive_file 7\n");
    }
}
