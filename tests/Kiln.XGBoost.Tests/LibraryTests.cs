using System.Diagnostics;
using Kiln.XGBoost;
using Kiln.XGBoost.Native;

namespace Kiln.Tests.XGBoost;

public sealed class LibraryTests
{
    [Fact]
    public void A_missing_library_names_the_package_and_the_variable()
    {
        var nowhere = Should.Throw<XGBoostException>(() => XGBoostLibrary.Find(null, "/")).Message;
        nowhere.ShouldContain("libxgboost0");
        nowhere.ShouldContain("KILN_XGBOOST");
        nowhere.ShouldContain("./build.sh");
        Should.Throw<XGBoostException>(() => XGBoostLibrary.Find("/no/such.so", "/")).Message.ShouldContain("/no/such.so (KILN_XGBOOST)");
        XGBoostLibrary.Find(Python.Make, "/").ShouldBe(Python.Make);
        XGBoostLibrary.Find(null, AppContext.BaseDirectory).ShouldEndWith(".kiln/tools/xgboost/libxgboost.so");
    }

    [Fact]
    public void A_file_that_is_no_library_or_another_library_is_refused()
    {
        Should.Throw<XGBoostException>(() => XGBoostLibrary.Load(Python.Make)).Message.ShouldContain("does not load");
        Should.Throw<XGBoostException>(() => XGBoostLibrary.Load("libm.so.6")).Message.ShouldContain("not XGBoost's");
    }

    [Theory]
    [InlineData("1.6.2")]
    [InlineData("0.90.0")]
    [InlineData("4.0.0")]
    public void A_version_too_old_or_too_new_is_refused(string version)
    {
        var message = Should.Throw<XGBoostException>(() => XGBoostLibrary.CheckVersion(Version.Parse(version), "lib.so")).Message;
        message.ShouldContain(version);
        message.ShouldContain("1.7 to 3");
    }

    [Fact]
    public void The_library_tells_its_version_and_whether_it_has_cuda()
    {
        XGBoostRuntime.Version.ShouldBeGreaterThanOrEqualTo(new Version(1, 7));
        _ = XGBoostRuntime.HasCuda;
    }

    [Fact]
    public void Messages_lose_time_place_and_stack()
    {
        LibraryText.Clean("[05:31:23] ./src/data/data.cc:461: Check failed: valid: Label contains NaN.\nStack trace:\n  [bt] (0) lib").ShouldBe("Label contains NaN.");
        LibraryText.Clean("[05:31:23] WARNING: ./src/learner.cc:767: \nParameters: { \"a\" } are not used.\n").ShouldBe("Parameters: { \"a\" } are not used.");
        LibraryText.Clean("value -1 for Parameter x").ShouldBe("value -1 for Parameter x");
        Errors.Refused("std::bad_alloc").Message.ShouldContain("no memory");
    }

    [Fact]
    public void A_gpu_is_asked_for_as_the_library_knows_it()
    {
        var settings = new BoosterSettings { Device = "cuda:1" };
        var old = Parameters.Of(settings, new(1, 7, 4)).ToDictionary();
        (old["tree_method"], old["gpu_id"]).ShouldBe(("gpu_hist", "1"));
        var later = Parameters.Of(settings, new(2, 1, 0)).ToDictionary();
        (later["tree_method"], later["device"]).ShouldBe(("hist", "cuda:1"));
        Parameters.Of(new(), new(1, 7, 4)).ShouldNotContain(parameter => parameter.Key == "gpu_id");
    }

    [Fact]
    public void Setting_up_a_second_time_says_nothing_and_a_wrong_file_is_named()
    {
        Run(null);
        Run(null).ShouldBe((0, ""));
        var (code, output) = Run("/no/such.so");
        code.ShouldBe(1);
        output.ShouldContain("/no/such.so");
    }

    static (int Code, string Output) Run(string? named)
    {
        var start = new ProcessStartInfo("bash", ["-c", "build/setup/xgboost.sh 2>&1"]) { RedirectStandardOutput = true, WorkingDirectory = Repository.Root };
        start.Environment["KILN_XGBOOST"] = named ?? "";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
