using System.IO.Compression;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Pipelines.Fashion;

namespace Kiln.Tests.Fashion;

public sealed class FashionPipelineTests : IDisposable
{
    readonly TrialSpace _space = new(FashionPipeline.Definition, "source.path=source");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_fresh_workspace_ends_with_a_model_and_its_measures_and_a_second_run_runs_nothing()
    {
        Give("train", 200);
        Give("t10k", 50);
        await _space.SucceedAsync("--set", "train.epochs=10");
        _space.Evaluation.Rows.ShouldBe(50);
        _space.Evaluation.Measures["accuracy"].ShouldBeGreaterThan(0.8);
        var predictions = _space.Table("reports/fashion/predictions.parquet").ReadColumns();
        predictions.Columns.Length.ShouldBe(12);
        predictions["garment"].TextAt(9).ShouldBe("ankle boot");
        var sums = Enumerable.Range(0, 50).Select(row => predictions.Columns.Skip(2).Sum(column => column.ToDoubles()[row]));
        sums.ShouldAllBe(sum => Math.Abs(sum - 1) < 1e-5);
        var page = _space.Read("reports/fashion/evaluation.html");
        foreach (var figure in new[] { "classes", "surest", "calibration", "training-loss" }) page.ShouldContain($"<figure class=\"chart\" id=\"{figure}\">");
        page.ShouldContain("<table class=\"heat\">");
        _space.Read("reports/fashion/model-card.md").ShouldContain("pipeline_tag: \"image-classification\"");

        await _space.SucceedAsync("--set", "train.epochs=10");
        _space.Printed.ShouldNotContain(" ran");
    }

    [Fact]
    public async Task A_temperature_calibrates_all_garments_by_the_fold_that_was_held_out()
    {
        Give("train", 600, wrong: 5);
        Give("t10k", 50, wrong: 5);
        string[] quick = ["--set", "train.model=feed-forward", "--set", "train.epochs=3", "--set", "validation.holdOut.share=0.3", "--set", "calibration.method=temperature", "--set", "calibration.leastOfEachClass=2"];
        await _space.SucceedAsync(quick);
        var report = new Json<CalibrationReport>(_space.PathOf("models/fashion/calibration.json")).Read();
        (report.Rows, report.Classes.Length).ShouldBe((_space.Table("data/fashion/folds/hold-out/assessed.parquet").ReadColumns("garment").RowCount, 10));
        using var raw = new ModelFolder(_space.PathOf("models/fashion/model")).Load();
        var expected = raw.Predict(_space.Table("data/fashion/t10k.parquet")).Values.ToArray();
        report.Calibrator.Apply(expected, 10);
        var predictions = _space.Table("reports/fashion/predictions.parquet").ReadColumns();
        for (var garment = 0; garment < 10; garment++) predictions.Columns[garment + 2].ToDoubles().ShouldBe(Enumerable.Range(0, 50).Select(row => (double)expected[(row * 10) + garment]));
        _space.Read("reports/fashion/model-card.html").ShouldContain("<dt>temperature</dt>");
    }

    [Fact]
    public async Task The_fold_of_the_comparison_has_a_share_of_every_garment()
    {
        Give("train", 200);
        Give("t10k", 10);
        await _space.SucceedAsync("--target", "WriteFold");
        using var garments = _space.Table("data/fashion/folds/hold-out/assessed.parquet").Query("SELECT garment, count(*) AS n FROM this GROUP BY 1");
        garments.ReadAll()["n"].ToDoubles().ShouldBe(Enumerable.Repeat(2.0, 10));
    }

    [Fact]
    public Task A_gzip_that_is_cut_off()
    {
        Give("train", 30);
        Give("t10k", 10);
        var path = _space.PathOf("source/train-images-idx3-ubyte.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..200]);
        return _space.FailAsync(6, "train-images-idx3-ubyte.gz");
    }

    [Fact]
    public Task Labels_of_other_images()
    {
        Give("train", 30);
        Give("t10k", 10);
        File.Copy(_space.PathOf("source/t10k-labels-idx1-ubyte.gz"), _space.PathOf("source/train-labels-idx1-ubyte.gz"), overwrite: true);
        return _space.FailAsync(1, "There are not as many labels as images.", "30", "10");
    }

    [Fact]
    public Task A_label_that_is_no_garment()
    {
        Give("train", 30);
        Give("t10k", 10);
        WriteIdx("train-labels-idx1-ubyte.gz", [30], Enumerable.Repeat((byte)10, 30));
        return _space.FailAsync(1, "A label is none of the garments.", "0 (from 0)");
    }

    [Fact]
    public Task Images_of_another_size()
    {
        Give("train", 30);
        Give("t10k", 10);
        WriteIdx("train-images-idx3-ubyte.gz", [30, 14, 14], new byte[30 * 14 * 14]);
        return _space.FailAsync(1, "image", "784", "196");
    }

    /// <summary>Images with a bar at the height that their label tells, but for one of so many whose label is another.</summary>
    void Give(string part, int count, int wrong = int.MaxValue)
    {
        WriteIdx($"{part}-images-idx3-ubyte.gz", [count, 28, 28], Enumerable.Range(0, count * 784).Select(i => (byte)(i % 784 / 28 / 2 == i / 784 % 10 ? 200 + (i / 784 % 50) : i % 23)));
        WriteIdx($"{part}-labels-idx1-ubyte.gz", [count], Enumerable.Range(0, count).Select(i => (byte)((i % wrong == wrong - 1 ? i / 10 : i) % 10)));
    }

    void WriteIdx(string name, int[] sizes, IEnumerable<byte> values)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write([0, 0, 8, (byte)sizes.Length, .. sizes.SelectMany(size => BitConverter.GetBytes(size).Reverse()), .. values]);
        }
        _space.Write("source/" + name, packed.ToArray());
    }
}
