using System.Collections.Immutable;
using System.Runtime.Loader;
using Kiln.Fingerprinting.CodeReading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Kiln.Tests.Code;

/// <summary>Assemblies compiled from a few lines each, as a build would: Release, deterministic, each in one folder, which is deleted in the end.</summary>
sealed class CompiledSolution : IDisposable
{
    const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading.Tasks; global using Kiln;";

    static readonly ImmutableArray<MetadataReference> Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "Microsoft.CSharp.dll" or "netstandard.dll")
            .Append(typeof(Stage).Assembly.Location).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    readonly Dictionary<string, PortableExecutableReference> _made = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("kiln-code-").FullName;

    /// <summary>Compiles an assembly, which may use those compiled before.</summary>
    /// <param name="assembly">Its name.</param>
    /// <param name="files">Its files: their paths, which the compiler may write into names, and their text.</param>
    public CompiledSolution Add(string assembly, params (string Path, string Text)[] files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var trees = files.Append(("Usings.cs", Usings)).Select(file => CSharpSyntaxTree.ParseText(file.Item2, options, file.Item1, System.Text.Encoding.UTF8));
        var compilation = CSharpCompilation.Create(assembly, trees, Framework.AddRange(_made.Values), new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, deterministic: true, allowUnsafe: true, concurrentBuild: false,
            nullableContextOptions: NullableContextOptions.Enable));
        var path = Path.Combine(Folder, assembly + ".dll");
        using (var file = File.Create(path))
        {
            var result = compilation.Emit(file, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
            result.Success.ShouldBeTrue(string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)));
        }

        _made[assembly] = MetadataReference.CreateFromFile(path);
        return this;
    }

    /// <summary>The closure of a stage's class, found by its name in an assembly.</summary>
    public CodeClosure Closure(string stage, string assembly = "Pipelines")
    {
        var type = new Solution(Folder).Module(assembly)!.Find($"[{assembly}]{stage}").ShouldNotBeNull();
        return CodeClosure.Of(new CodeUnits(), type, []);
    }

    /// <summary>Loads what was compiled, apart from every other version of it.</summary>
    public System.Reflection.Assembly Load(string assembly = "Pipelines")
    {
        var context = new AssemblyLoadContext(null);
        context.Resolving += (_, name) => Path.Combine(Folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        return context.LoadFromAssemblyPath(Path.Combine(Folder, assembly + ".dll"));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
