using Kiln.Recording;

namespace Kiln.Tests;

public sealed class EnvironmentFactsTests : IDisposable
{
    readonly PipelineSpace _space = new();

    string File => _space.PathOf("facts");

    public void Dispose() => _space.Dispose();

    [Fact]
    public void What_is_kept_is_what_was_read()
    {
        var read = EnvironmentFacts.Read();
        EnvironmentFacts.Known(File).ShouldBe(read);
        _space.Write("facts", _space.Read("facts").Replace(read["cpu"], "another processor"));
        EnvironmentFacts.Known(File)["cpu"].ShouldBe("another processor");
    }

    [Theory]
    [InlineData("")]
    [InlineData("another machine\ncpu\tnone\nend\t\n")]
    [InlineData("cut")]
    [InlineData("no tab")]
    public void What_is_of_another_start_or_not_whole_is_read_anew(string how)
    {
        var facts = EnvironmentFacts.Known(File);
        var kept = _space.Read("facts");
        _space.Write("facts", how switch
        {
            "cut" => kept[..^5],
            "no tab" => kept.Replace("cpu\t", "cpu "),
            _ => how,
        });
        EnvironmentFacts.Known(File).ShouldBe(facts);
        _space.Read("facts").ShouldBe(kept);
    }
}
