using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Fitting;

/// <summary>A slice of the test rows, as a setting tells it apart.</summary>
/// <param name="Setting">The setting, such as <c>review.slices[0]</c>.</param>
/// <param name="Slice">The slice's name.</param>
/// <param name="Rows">Rows in it.</param>
public sealed record SliceSize(string Setting, string Slice, int Rows);

/// <summary>
/// Holds settings to the rows that the model will be judged on, before anything is fitted: a column that is not there, or an expression that does not hold, is told within seconds, and not
/// after a training. It asks what the stages will ask that judge, of the same rows.
/// </summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="problem">What is learned.</param>
/// <param name="test">The rows judged on.</param>
/// <param name="demands">What settings ask of them.</param>
[TaskDescription("Looks whether the test rows have what settings ask of them, before anything is fitted.")]
public sealed class CheckTestRows(string pipeline, LearningProblem problem, Output<Table> test, ImmutableArray<RowDemand> demands) : Stage
{
    /// <summary>The library that reads the table, and slices it.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Test { get; } = test;

    /// <summary>How many rows each slice has.</summary>
    public Output<Json<ImmutableArray<SliceSize>>> Sizes { get; } = new($"reports/{pipeline}/slices.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var rows = run.Open(Test).ReadColumns();
        if (rows.RowCount == 0) throw FittingErrors.NothingToJudgeOn(Test.Path);
        var features = TableColumns.Of([.. problem.FeaturesOf(rows.Columns.Select(column => column.Schema)).Where(rows.Has).Select(name => rows[name])]);
        var sizes = ImmutableArray.CreateBuilder<SliceSize>();
        var names = new HashSet<(string, string)>();
        foreach (var demand in demands)
            foreach (var slice in demand.Meet(rows, features))
            {
                if (!names.Add((demand.List, slice.Name))) throw FittingErrors.NotMet(demand, SlicingErrors.SameName(slice.Name));
                sizes.Add(new(demand.Setting, slice.Name, slice.Rows.Length));
            }
        run.Open(Sizes).Write(sizes.ToImmutable());
        return Task.CompletedTask;
    }
}
