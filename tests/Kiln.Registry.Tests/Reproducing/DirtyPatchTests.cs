using System.Text;

namespace Kiln.Registry.Tests;

public sealed class DirtyPatchTests
{
    static readonly string Hash = new('a', 64);

    [Theory]
    [InlineData("", 0)]
    [InlineData("diff --git a/x b/x\n+untracked line\n", 0)]
    [InlineData("diff --git a/x b/x\n+one\n{untracked}", 2)]
    [InlineData("{untracked}", 2)]
    public void Files_that_git_did_not_know_stand_after_the_patch(string text, int untracked)
    {
        var read = DirtyPatch.Read(Encoding.UTF8.GetBytes(text.Replace("{untracked}", $"untracked {Hash} a b.txt\nuntracked gone c.txt\n", StringComparison.Ordinal)));

        Encoding.UTF8.GetString(read.Differences).ShouldBe(text.Replace("{untracked}", "", StringComparison.Ordinal));
        read.Untracked.ShouldBe(untracked == 0 ? [] : [("a b.txt", Hash), ("c.txt", "gone")]);
    }
}
