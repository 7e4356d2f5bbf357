using System.Diagnostics;

namespace Kiln.Tests.Torch;

public sealed class ShimSetupTests
{
    [Fact]
    public void Setting_up_a_second_time_says_nothing_and_compiles_nothing()
    {
        Run(null);
        Run(null).ShouldBe((0, ""));
    }

    [Fact]
    public void A_folder_that_is_no_libtorch_is_refused_with_what_was_looked_for()
    {
        var (code, output) = Run("/no/such/torch");
        code.ShouldBe(1);
        output.ShouldContain("KILN_LIBTORCH is not a libtorch");
        output.ShouldContain("/no/such/torch");
        output.ShouldContain("include/ATen/core/Tensor.h and lib/libtorch_cpu.so");
    }

    static (int Code, string Output) Run(string? libtorch)
    {
        var start = new ProcessStartInfo("bash", ["-c", "build/setup/torch.sh 2>&1"]) { RedirectStandardOutput = true, WorkingDirectory = Repository.Root };
        if (libtorch is not null) start.Environment["KILN_LIBTORCH"] = libtorch;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
