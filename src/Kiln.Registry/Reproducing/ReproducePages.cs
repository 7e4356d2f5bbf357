using System.Globalization;
using System.Text;
using Kiln.Reporting;

namespace Kiln.Registry;

/// <summary>What is told of a version that was made again.</summary>
static class ReproducePages
{
    /// <summary>A row a stage; of partitions a row for those that came out alike, and one for each that did not.</summary>
    public static RegistryAnswer Of(Reproduction made)
    {
        var style = Style.For(!Console.IsOutputRedirected);
        var table = new TextTable(style, "Stage", "Made again", "Files", "") { RightAligned = new HashSet<int> { 2 } };
        foreach (var group in made.Stages.GroupBy(stage => stage.Group))
            foreach (var alike in group.GroupBy(stage => (stage.Sameness, Name: stage.Sameness is Sameness.Differs or Sameness.Near ? stage.Name : "", Detail: stage.Sameness == Sameness.NotCompared ? stage.Detail : "")))
            {
                var (first, count) = (alike.First(), alike.Count());
                var name = count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{group.Key} ({count:#,0} of {group.Count():#,0})") : first.Name;
                table.Add(
                    (name, Same), (Word(first.Sameness), first.Sameness switch { Sameness.Equal => style.Good, Sameness.Differs => style.Bad, Sameness.Near => style.Notable, _ => style.Faint }),
                    (alike.Sum(stage => stage.Files).ToString("#,0", CultureInfo.InvariantCulture), Same), (first.Path is null ? first.Detail : $"{first.Path}: {first.Detail}", Same));
            }

        var text = new StringBuilder(table.ToString());
        var files = made.Stages.Sum(stage => stage.Files);
        if (made.First is { } differing)
        {
            text.Append(style.Bad($"The first that differs: {differing.Path} of {differing.Name}: {differing.Detail}")).Append('\n');
            foreach (var line in made.Otherwise) text.Append(CultureInfo.InvariantCulture, $"This may explain it: {line}\n");
        }
        else text.Append(style.Good(string.Create(CultureInfo.InvariantCulture, $"{made.Version} came out the same{(made.Stages.Any(stage => stage.Sameness == Sameness.Near) ? " within the tolerance" : "")}: {files:#,0} files, in {made.Seconds:0} s."))).Append('\n');
        if (made.Tree is { } tree) text.Append(CultureInfo.InvariantCulture, $"The clean tree is {tree}; git worktree remove --force takes it away.\n");
        return new(text.ToString(), made);
    }

    static string Word(Sameness sameness) => sameness switch
    {
        Sameness.Equal => "equal",
        Sameness.Near => "within the tolerance",
        Sameness.Differs => "differs",
        _ => "not compared",
    };

    static string Same(string text) => text;
}
