using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>Versions with files: a small model that loads and answers.</summary>
static class Fitted
{
    public static VersionSummary Add(ModelRegistry registry, string identity, bool passed = true)
    {
        var files = registry.Files.Keep(Some.Identity(identity), Fill);
        return registry.Register(Some.Document(passed: passed) with { Files = files }, Some.Identity(identity), "ada").Version;
    }

    /// <summary>Writes what a version keeps into a folder.</summary>
    public static void Fill(string folder)
    {
        var columns = TableColumns.Of(Column.Of<double>("AREA", new double[] { 50, 60, 70, 80 }), Column.Of<double>("PRICE", new double[] { 5, 6, 7, 9 }));
        using (var fitted = Model.Fit(new() { Baseline = new() }, new Preparation(Prepare.Numbers("AREA")), Examples.Of(columns, Target.Regression("PRICE")))) fitted.Model.Save(Path.Combine(folder, VersionFiles.Model));
        File.WriteAllText(Path.Combine(folder, VersionFiles.Card), "<html></html>");
        File.WriteAllText(Path.Combine(folder, VersionFiles.Markdown), "# A card\n\u001b[31mred\n");
        var rows = Path.Combine(folder, "rows.parquet");
        Table.At(rows).Write([columns["AREA"]]);
        VersionSample.Write(folder, new ModelFolder(Path.Combine(folder, VersionFiles.Model)), Table.At(rows));
        File.Delete(rows);
    }
}
