using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.Models;

/// <summary>The code of docs/learning.md, as it stands there.</summary>
[Collection(SerialTraining.Name)]
public sealed class DocumentTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("kiln-document-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_documents_code_is_what_runs_here()
    {
        ReadmeCode.ShouldStandIn("Model.Fit(", "tests/Kiln.Learning.Tests/Models/DocumentTests.cs", "docs/learning.md");
        ReadmeCode.ShouldStandIn("class Squares", "tests/Kiln.Learning.Tests/Models/ModelFolderTests.cs", "docs/learning.md");

        var (path, folder) = (Path.Combine(root, "houses.parquet"), Path.Combine(root, "model"));
        Table.At(path).Write(Houses.Columns(300, 1).Columns);

        var columns = Table.At(path).ReadColumns();                      // typed columns, as they came
        var rows = Examples.Of(columns, Target.Regression("PRICE"));     // or Target.Binary, Target.MultiClass
        var preparation = new Preparation(
            Prepare.Numbers("AREA").Impute(Fill.Median).Standardize(),
            Prepare.Categories("TOWN").Ordinal());                       // values never seen, and missing ones, have numbers of their own
        var settings = new EstimatorSettings { Network = new() { FeedForward = new() { Hidden = [32] }, Training = new() { Epochs = 40, LearningRate = 0.01 } } };

        using var fitted = Model.Fit(settings, preparation, rows);
        fitted.Model.Save(folder);

        using var model = new ModelFolder(folder).Load();                // the folder alone is enough
        var prices = model.Predict(columns);                             // many rows
        var row = model.NewRow();                                        // or one, in microseconds
        row.Set(row.PlaceOf("AREA"), 120.5);
        row.Set(row.PlaceOf("TOWN"), "Biel");
        var answer = new float[1];
        model.Predict(row, answer);

        prices.Rows.ShouldBe(300);
        answer[0].ShouldBe((5 * 120.5f) + 200, 250);
    }
}
