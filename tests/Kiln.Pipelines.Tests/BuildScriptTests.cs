using System.Diagnostics;

namespace Kiln.Tests;

/// <summary>What build.sh takes for source of the program, in a repository of stand-ins.</summary>
public sealed class BuildScriptTests : IDisposable
{
    const string Setup = "#!/bin/sh\nmkdir -p .kiln/tools/launch .kiln/tools/torch .kiln/tools/xgboost .kiln/tools/node_modules\n: >.kiln/tools/torch/libkiln_torch.so\n: >.kiln/tools/xgboost/libxgboost.so\n"
        + "echo >.kiln/tools/launch/kiln-launch && chmod +x .kiln/tools/launch/kiln-launch\n";
    const string Publish = "#!/bin/sh\necho building\nmkdir -p build/bin/1\necho 1 >build/bin/current\nprintf '#!/bin/sh\\necho started\\n' >build/bin/1/kiln && chmod +x build/bin/1/kiln\n";

    readonly string _root = Directory.CreateTempSubdirectory("kiln-build-").FullName;

    public BuildScriptTests()
    {
        File.Copy(Path.Combine(Repository.Root, "build.sh"), Path.Combine(_root, "build.sh"));
        Write("build/setup/setup.sh", Setup);
        Write("build/setup/publish.sh", Publish);
        Write("pipelines/income/Income.cs", "class Income;");
        Write("pipelines/income/templates/charts/roc.vl.json", "{}");
        Write("src/Kiln.Learning/Reporting/Templates/charts/roc.vl.json", "{}");
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json" }) Write(file, "");
        foreach (var script in Directory.GetFiles(_root, "*.sh", SearchOption.AllDirectories)) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("pipelines/income/templates/charts/roc.vl.json", false)]
    [InlineData("pipelines/income/templates/facts.hbs", false)]
    [InlineData("pipelines/income/baseline/training.json", false)]
    [InlineData("pipelines/income/settings.yaml", false)]
    [InlineData("pipelines/income/Income.cs", true)]
    [InlineData("pipelines/packages.lock.json", true)]
    [InlineData("src/Kiln.Learning/Reporting/Templates/charts/roc.vl.json", true)]
    [InlineData("global.json", true)]
    public async Task What_a_pipeline_reads_builds_nothing_and_what_the_program_is_made_of_does(string file, bool builds)
    {
        (await RunAsync()).ShouldBe("building\nstarted\n");
        (await RunAsync()).ShouldBe("started\n");
        Write(file, "another text");
        (await RunAsync()).ShouldBe(builds ? "building\nstarted\n" : "started\n");
    }

    void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
        File.WriteAllText(Path.Combine(_root, file), text);
    }

    async Task<string> RunAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(_root, "build.sh")) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return printed;
    }
}
