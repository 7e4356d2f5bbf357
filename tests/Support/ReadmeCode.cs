namespace Kiln.Tests;

/// <summary>The C# code of the README and the documents, so that tests can hold it to what they compile and run.</summary>
static class ReadmeCode
{
    /// <summary>Fails unless the document's block with the marker stands, line by line, in a source file of the tests.</summary>
    public static void ShouldStandIn(string marker, string sourceFile, string document = "README.md")
    {
        var block = File.ReadAllText(Path.Combine(Repository.Root, document)).Split("```csharp").Skip(1)
            .Select(rest => rest.Split("```")[0]).Single(code => code.Contains(marker, StringComparison.Ordinal));
        var compiled = File.ReadAllLines(Path.Combine(Repository.Root, sourceFile)).Select(line => line.Trim()).ToHashSet();
        // In a namespace of the tests' own, or a developer who takes the code as it stands would have it twice.
        block.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("namespace ", StringComparison.Ordinal))
            .ShouldAllBe(line => compiled.Contains(line));
    }
}
