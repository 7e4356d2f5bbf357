using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Kiln.Fingerprinting;
using Kiln.Hosting;

namespace Kiln.Registry.Tests;

/// <summary>
/// A git repository whose build.sh makes a model in two steps, and a version of it in the registry. Only in a clean tree may the script do otherwise: that is what tests of differences ask for.
/// </summary>
sealed class ReproducedSpace : IDisposable
{
    public const string Data = "data/rows.csv", Clean = "models/clean.csv", Model = "models/shop", Weights = "models/shop/weights.safetensors", Log = "models/log.txt";

    readonly string _otherwise;

    /// <param name="otherwise">What the script does besides where it runs in a clean tree.</param>
    public ReproducedSpace(string otherwise = "true")
    {
        _otherwise = otherwise;
        Write(".gitignore", "data/\nmodels/\n.kiln/\nuntracked-data/\n");
        Write("words.txt", "first\n");
        Write("build.sh", $"""
            set -e
            echo "$@" >arguments.ignored
            mkdir -p models/shop
            sort {Data} >{Clean}
            cat words.txt >>{Clean}
            cp weights.bin {Weights}
            wc -c <{Clean} >models/shop/manifest.json
            date +%N >{Log}
            if [[ $PWD == */tree ]]; then {_otherwise}; fi
            """);
        File.WriteAllBytes(PathOf("weights.bin"), Tensor(0.5f, 1.5f));
        Write(Data, "b\na\n");
        Git("init", "-q", "-b", "main");
        Commit();
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("kiln-again-").FullName;

    public string Printed { get; private set; } = "";

    /// <summary>A safetensors file of one tensor of two values.</summary>
    public static byte[] Tensor(float one, float two)
    {
        var header = Encoding.UTF8.GetBytes("""{"layer.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""");
        var bytes = new byte[8 + header.Length + 8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + header.Length), one);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(12 + header.Length), two);
        return bytes;
    }

    public string Commit()
    {
        Git("add", "-A");
        Git("-c", "user.name=ann", "-c", "user.email=ann@example.org", "commit", "-q", "-m", "one");
        return Git("rev-parse", "HEAD").Trim();
    }

    public string Git(params string[] arguments) => GitCommand.Run(Root, arguments) is (0, var output, _) ? output : throw new InvalidOperationException(string.Join(' ', arguments));

    /// <summary>Builds here, and adds what came of it as a version.</summary>
    public void Register(Func<VersionDocument, VersionDocument>? change = null, string accelerator = "cpu")
    {
        using (var build = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["build.sh"]) { WorkingDirectory = Root })!)
        {
            build.WaitForExit();
            build.ExitCode.ShouldBe(0);
        }

        File.Delete(PathOf("arguments.ignored"));
        MadeStage[] stages =
        [
            Stage("Tidy", [], [("Rows", Data), ("Words", "words.txt")], [Clean]),
            Stage("Fit", ["Tidy"], [("Rows", Clean), ("Weights", "weights.bin")], [Model, Log]) with { Varying = [Log], Settings = ImmutableSortedDictionary<string, string>.Empty.Add("accelerator", $"\"{accelerator}\"") },
            Stage("Judge", ["Fit"], [("Model", Model)], []) with { Outputs = ImmutableSortedDictionary<string, string>.Empty.Add("models/shop/weights.safetensors", HashOf(Weights)) },
        ];
        var document = Some.Document(Model, [.. stages]) with { Commit = Git("rev-parse", "HEAD").Trim(), Overrides = ["fit.rows=2"] };
        using var registry = ModelRegistry.Open(RegistryPlace.Of(Root));
        registry.Register(change?.Invoke(document) ?? document, new string('a', 64), "ann");
    }

    public int Run(params string[] arguments)
    {
        using var printed = new StringWriter();
        Kiln.Tests.RoutedConsole.SendTo(printed);
        var exitCode = KilnHost.Create().AddCommands<RegistryCommands>().In(Root).Run(arguments);
        Printed = printed.ToString();
        return exitCode;
    }

    /// <summary>Keeps bytes as the store of results does.</summary>
    public string Keep(byte[] bytes)
    {
        var hash = ContentHash.Of(bytes).ToString();
        var path = PathOf($".kiln/objects/{hash[..2]}/{hash[2..]}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return hash;
    }

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    public string PathOf(string path) => Path.Combine(Root, path);

    public string HashOf(string path) => ContentHash.OfPath(PathOf(path))!.Value.ToString();

    public void Dispose() => Directory.Delete(Root, recursive: true);

    MadeStage Stage(string name, string[] needs, (string Role, string Path)[] reads, string[] writes) => new(
        name, name, [.. needs], new string('f', 64), "run-1", "", DateTimeOffset.UnixEpoch, 1, ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty,
        reads.ToImmutableSortedDictionary(read => $"{read.Role} {read.Path}", read => HashOf(read.Path), StringComparer.Ordinal), writes.ToImmutableSortedDictionary(path => path, HashOf, StringComparer.Ordinal));
}
