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
        var hasNear = made.Stages.Any(stage => stage.Files.Near > 0);
        string[] headings = ["Stage", "Made again", "Equal", .. hasNear ? ["Within tolerance"] : Array.Empty<string>(), "Differ", "Not compared", ""];
        var table = new TextTable(style, headings) { RightAligned = Enumerable.Range(2, headings.Length - 3).ToHashSet() };
        foreach (var group in made.Stages.GroupBy(stage => stage.Group))
            foreach (var alike in group.GroupBy(stage => (stage.Sameness, Name: stage.Sameness is Sameness.Differs or Sameness.Near ? stage.Name : "", Detail: stage.Sameness is Sameness.NotCompared or Sameness.PartlyEqual ? stage.Detail : "")))
            {
                var (first, count, files) = (alike.First(), alike.Count(), alike.Aggregate(ComparedFiles.None, (sum, stage) => sum.With(stage.Files)));
                var name = count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{group.Key} ({count:#,0} of {group.Count():#,0})") : first.Name;
                table.Add([
                    (name, Same), (Word(first.Sameness), first.Sameness switch { Sameness.Equal => style.Good, Sameness.Differs => style.Bad, Sameness.Near or Sameness.PartlyEqual => style.Notable, _ => style.Faint }),
                    .. ((int[])[files.Equal, .. hasNear ? [files.Near] : Array.Empty<int>(), files.Differing, files.NotCompared]).Select(number => (number.ToString("#,0", CultureInfo.InvariantCulture), (Func<string, string>)Same)),
                    (first.Path is null ? first.Detail : $"{first.Path}: {first.Detail}", Same)]);
            }

        var text = new StringBuilder(table.ToString());
        if (made.First is { } differing) AppendDifference(text, style, made, differing);
        else text.Append(style.Good(string.Create(CultureInfo.InvariantCulture, $"{made.Version} came out the same{(hasNear ? " within the tolerance" : "")}: {made.Stages.Sum(stage => stage.Files.Equal):#,0} files, in {made.Seconds:0} s."))).Append('\n');
        if (made.IsSame && made.Tree is { } tree) text.Append(CultureInfo.InvariantCulture, $"The clean tree is {tree}; git worktree remove --force takes it away.\n");
        return new(text.ToString(), made);
    }

    static void AppendDifference(StringBuilder text, Style style, Reproduction made, ReproducedStage differing)
    {
        if (differing.Lines is { } lines)
            text.Append(CultureInfo.InvariantCulture, $"{differing.Path}: {differing.Detail}, in line {lines.Number:#,0}\n  was         {Plain(lines.Was)}\n  made again  {Plain(lines.Now)}\n");
        foreach (var line in made.Otherwise) text.Append(CultureInfo.InvariantCulture, $"This may explain it: {line}\n");
        text.Append(style.Bad($"{made.Version} did not come out the same: the first that differs is {differing.Path} of {differing.Name}, {differing.Detail}"))
            .Append(made.Tree is { } tree ? $"; the clean tree is {tree}, git worktree remove --force takes it away.\n" : "; --keep leaves the tree, to look at what was made.\n");
    }

    static string Plain(string line) => new([.. line.Select(c => char.IsControl(c) ? ' ' : c)]);

    static string Word(Sameness sameness) => sameness switch
    {
        Sameness.Equal => "equal",
        Sameness.Near => "within the tolerance",
        Sameness.Differs => "differs",
        Sameness.PartlyEqual => "partly equal",
        _ => "not compared",
    };

    static string Same(string text) => text;
}
