using System.Diagnostics;
using Kiln.Torch;
using Kiln.Torch.Native;

namespace Kiln.Tests.Torch;

/// <summary>The binding to NVML, beside a library of the same functions that is compiled here: NVIDIA's own needs a GPU.</summary>
public sealed class NvmlTests
{
    // The functions of nvml.h that are called, with its structure and its codes for success, an unknown GPU and a driver that is not loaded.
    const string Source = """
        #include <cstring>
        struct nvmlUtilization_t { unsigned int gpu, memory; };
        static int device, started;
        extern "C" {
        int nvmlInit_v2() { return started = 1, INIT; }
        int nvmlDeviceGetHandleByPciBusId_v2(const char* id, int** handle) {
          if (!started || std::strcmp(id, "0000:65:00.0") != 0) return 6;
          return *handle = &device, 0;
        }
        #ifdef USE
        int nvmlDeviceGetUtilizationRates(int* handle, nvmlUtilization_t* use) {
          return *use = handle == &device ? nvmlUtilization_t{37, 12} : nvmlUtilization_t{}, USE;
        }
        #endif
        }
        """;

    [Fact]
    public void A_gpu_is_found_by_its_place_on_the_bus_and_asked_how_busy_it_is()
    {
        using var folder = new TemporaryFolder();
        var library = Nvml.TryLoad(Compile(folder, "-DINIT=0", "-DUSE=0")).ShouldNotBeNull();
        library.Utilization("0000:65:00.0").ShouldBe(37);
        library.Utilization("0000:66:00.0").ShouldBeNull("there is no such GPU");
    }

    [Fact]
    public void What_the_library_does_not_tell_is_null()
    {
        using var folder = new TemporaryFolder();
        // Not supported, as a part of a GPU says.
        Nvml.TryLoad(Compile(folder, "-DINIT=0", "-DUSE=3")).ShouldNotBeNull().Utilization("0000:65:00.0").ShouldBeNull();
    }

    [Theory]
    [InlineData("-DINIT=9", "-DUSE=0")]
    [InlineData("-DINIT=0", "-DELSE")]
    public void A_library_without_a_driver_or_without_a_function_is_none(string start, string use)
    {
        using var folder = new TemporaryFolder();
        Nvml.TryLoad(Compile(folder, start, use)).ShouldBeNull();
    }

    [Fact]
    public void Where_there_is_no_library_nothing_is_told()
    {
        Nvml.TryLoad("libno-such-nvml.so.1").ShouldBeNull();
        CudaDevices.Utilization(99).ShouldBeNull();
    }

    static string Compile(TemporaryFolder folder, params string[] definitions)
    {
        var (source, library) = (Path.Combine(folder.Path, "nvml.cpp"), Path.Combine(folder.Path, "libnvml.so"));
        File.WriteAllText(source, Source);
        using var compiler = Process.Start(new ProcessStartInfo("g++", ["-shared", "-fPIC", .. definitions, source, "-o", library]))!;
        compiler.WaitForExit();
        compiler.ExitCode.ShouldBe(0);
        return library;
    }
}
