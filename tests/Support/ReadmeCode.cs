namespace Kiln.Tests;

/// <summary>The README's C# code, so that tests can hold it to what they compile and run.</summary>
static class ReadmeCode
{
    /// <summary>Fails unless the README's block with the marker stands, line by line, in a source file of the tests.</summary>
    public static void ShouldStandIn(string marker, string sourceFile)
    {
        var block = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("```csharp").Skip(1)
            .Select(rest => rest.Split("```")[0]).Single(code => code.Contains(marker, StringComparison.Ordinal));
        var compiled = File.ReadAllLines(Path.Combine(Repository.Root, sourceFile)).Select(line => line.Trim()).ToHashSet();
        // In a namespace of the tests' own, or a developer who takes the code as it stands would have it twice.
        block.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("namespace ", StringComparison.Ordinal))
            .ShouldAllBe(line => compiled.Contains(line));
    }
}
