namespace Kiln.Build;

/// <summary>
/// The engine beside make, ninja, doit, scons and others on one graph, in one run: the harness lies outside the repository, in the folder that
/// KILN_PEERS names, and installs those from Debian's packages.
/// </summary>
[TaskDescription("Benchmark: Kiln beside other build engines on one graph, and what each does in 18 situations (KILN_PEERS).")]
sealed class BenchPeers : Stage
{
    protected override async Task RunAsync(StageRun run)
    {
        var harness = Environment.GetEnvironmentVariable("KILN_PEERS") ?? "../shared/bench/peers";
        if (!File.Exists(Path.Combine(harness, "bench.py")))
            throw new KilnException("The harness of the other engines is not there:", [("folder", Path.GetFullPath(harness))], "Name its folder in KILN_PEERS.");
        await ShellAsync(run, "bash", Path.Combine(harness, "setup.sh"));
        const string tools = "ninja,doit,scons,kiln,kiln-sh";
        await PeerAsync(run, "dag", "1000", "20", "--tools", "make," + tools, "--scen", "noop,touch,edit,comment,delout,revert");
        await PeerAsync(run, "dag", "10000", "20", "--tools", "ninja,doit,kiln,kiln-sh", "--scen", "noop,edit", "--cold-reps", "1");
        await PeerAsync(run, "big", "--tools", "ninja,doit,kiln", "--scen", "noop,touch", "--cold-reps", "3");
        await PeerAsync(run, "situations", "make,ninja,scons,tup,doit,kiln");

        Task PeerAsync(StageRun run, params string[] arguments) => ShellAsync(run, "/usr/bin/python3", ["tests/peers/engines/engines.py", harness, Environment.ProcessPath!, .. arguments]);
    }

    static async Task ShellAsync(StageRun run, string program, params string[] arguments)
    {
        var exitCode = await Shell.RunAsync(program, arguments, Print, run.Cancellation);
        if (exitCode != 0) throw new KilnException("The harness failed:", [("program", program), ("exit code", exitCode.ToString())], "What it printed is above.");

        void Print(string line)
        {
            if (line.StartsWith('#') && !line.StartsWith("##", StringComparison.Ordinal)) run.Note(line);
            else run.Conclude(line);
        }
    }
}
