using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Explaining;
using Kiln.Learning.Models;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.Models;

/// <summary>Models whose folders hold a calibrator.</summary>
[Collection(SerialTraining.Name)]
public sealed class CalibratedFolderTests : IDisposable
{
    static readonly Target isDear = Target.Binary("DEAR", "no", "yes");
    static readonly PlattScaling platt = new() { Slope = 0.5, Intercept = -0.3, IsOfLogOdds = true };

    readonly string root = Directory.CreateTempSubdirectory("kiln-calibrated-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("linear")]
    [InlineData("xgboost")]
    [InlineData("network")]
    [InlineData("ensemble")]
    public void A_calibrated_folder_answers_what_the_calibrator_makes_of_the_models_answers(string kind)
    {
        var rows = Dear(200, 1);
        var raw = new ModelFolder(Path.Combine(root, "raw"));
        using (var fitted = ModelFolderTests.Fit(kind, rows)) raw.Write(fitted.Model);
        using var before = raw.Load();
        var answers = before.Predict(rows.Columns);
        var judged = JudgedRows.Of(answers, rows);
        foreach (var calibrator in new Calibrator[] { PlattScaling.FitLogOdds(judged), IsotonicScaling.Fit(judged), new TemperatureScaling(2.5) })
        {
            var folder = new ModelFolder(Path.Combine(root, $"{calibrator.Method}"));
            folder.WriteCalibrated(raw, calibrator);
            folder.Describe().Calibration.ShouldBe(calibrator.Method);
            ModelFolder.Summarize(folder)!.ShouldEndWith("parameters, calibrated");
            using var model = folder.Load();
            model.Calibrator.ShouldBe(calibrator);
            var expected = answers.ToDoubles().Select(answer => (float)calibrator.Apply(answer)).ToArray();
            model.Predict(rows.Columns).Values.ToArray().ShouldBe(expected);
            expected.ShouldNotBe(answers.Values.ToArray());
            var (row, answer) = (model.NewRow(), new float[1]);
            for (var number = 0; number < 20; number++)
            {
                Houses.Fill(row, rows.Columns, number);
                before.Predict(row, answer);
                var own = (float)calibrator.Apply(answer[0]);
                model.Predict(row, answer);
                answer[0].ShouldBe(own);
            }

            // Saved again from memory, it is the same to the byte; of the fitted model every file but what says so is.
            var again = new ModelFolder(Path.Combine(root, $"{calibrator.Method}-again"));
            again.Write(model);
            ModelFolder.FirstDifference(folder, again).ShouldBeNull();
            File.ReadAllBytes(Path.Combine(again.Path, "manifest.json")).ShouldBe(File.ReadAllBytes(Path.Combine(folder.Path, "manifest.json")));
        }
        File.ReadAllText(Path.Combine(raw.Path, "model.json")).ShouldNotContain("calibration");
        File.Exists(Path.Combine(raw.Path, "calibration.json")).ShouldBeFalse();
    }

    [Fact]
    public void Of_several_classes_a_temperature_calibrates_all_answers_of_a_row()
    {
        var columns = Houses.Columns(300, 1);
        var towns = Column.Texts("TOWN", Enumerable.Range(0, 300).Select(row => (string?)$"{row % 3}").ToArray());
        var rows = Examples.Of(TableColumns.Of([.. columns.Columns.Where(column => column.Schema.Name != "TOWN"), towns]), Target.MultiClass("TOWN", "0", "1", "2"));
        var raw = new ModelFolder(Path.Combine(root, "raw"));
        using (var fitted = Model.Fit(new() { Linear = new() }, new(Kiln.Learning.Preparing.Prepare.Numbers("AREA", "PRICE")), rows)) raw.Write(fitted.Model);
        var folder = new ModelFolder(Path.Combine(root, "calibrated"));
        folder.WriteCalibrated(raw, new TemperatureScaling(0.25));
        using var before = raw.Load();
        using var model = folder.Load();
        var expected = before.Predict(rows.Columns).Values.ToArray();
        new TemperatureScaling(0.25).Apply(expected, 3);
        model.Predict(rows.Columns).Values.ToArray().ShouldBe(expected);
        Should.Throw<KilnException>(() => new ModelFolder(Path.Combine(root, "other")).WriteCalibrated(raw, platt)).Message.ShouldContain("temperature calibrates several");
        Directory.Exists(Path.Combine(root, "other")).ShouldBeFalse();
    }

    [Fact]
    public void Values_and_answers_that_are_calibrated_already_are_refused()
    {
        var values = new ModelFolder(Path.Combine(root, "values"));
        using (var fitted = ModelFolderTests.Fit("linear", Houses.Rows(50, 1))) values.Write(fitted.Model);
        Should.Throw<KilnException>(() => new ModelFolder(Path.Combine(root, "other")).WriteCalibrated(values, platt)).Message.ShouldContain("only probabilities are calibrated");
        Should.Throw<KilnException>(() => new ModelFolder(Path.Combine(root, "other")).WriteCalibrated(new(Calibrated(platt)), platt)).Message.ShouldContain("calibrated already");
        Should.Throw<KilnException>(() => new ModelFolder(root).WriteCalibrated(new(Path.Combine(root, "raw")), platt)).Message.ShouldContain("empty folder");
    }

    [Theory]
    [InlineData("calibration.json", "\"slope\": 0.5", "\"slope\": \"NaN\"", "calibration.json: A Platt scaling is damaged.")]
    [InlineData("calibration.json", "\"slope\": 0.5", "\"slope\": \"steep\"", "calibration.json, line 3: \"slope\" is to be a number")]
    [InlineData("calibration.json", "\"slope\": 0.5,", "", "it lacks \"slope\"")]
    [InlineData("calibration.json", "\"slope\": 0.5", "\"slop\": 0.5", "\"slop\" is not known here")]
    [InlineData("calibration.json", "\"kind\": \"platt\"", "\"kind\": \"vector\"", "of a kind that is not known, \"vector\"")]
    [InlineData("calibration.json", "\"intercept\": -0.3", "\"intercept\": -0.3, ,", "calibration.json, line 4:")]
    [InlineData("model.json", "\"calibration\": \"platt\"", "\"calibration\": \"isotonic\"", "calibrated by Isotonic, and calibration.json holds Platt")]
    [InlineData("model.json", "\"calibration\": \"platt\"", "\"calibration\": null", "tells of no calibration")]
    [InlineData("model.json", "\"calibration\": \"platt\"", "\"calibration\": \"none\"", "are not calibrated by None")]
    [InlineData("model.json", "\"calibration\": \"platt\"", "\"calibration\": \"softmax\"", "is to be one of none, platt, isotonic, temperature")]
    public void A_damaged_calibrator_is_told_in_words(string file, string from, string to, string said)
    {
        var folder = Calibrated(platt);
        ModelRefusalTests.Rewrite(folder, file, text => text.Replace(from, to));
        var message = Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message;
        message.ShouldContain(said);
        message.ShouldContain(folder);
        foreach (var word in new[] { "System.", "Kiln.", "LineNumber", "BytePosition", ".NET" }) message.ShouldNotContain(word);
    }

    [Theory]
    [InlineData("{\"kind\": \"isotonic\", \"scores\": [0.1, 0.2], \"values\": [0.9, 0.3]}", "values are no rising probabilities at 1")]
    [InlineData("{\"kind\": \"isotonic\", \"scores\": [0.2, 0.1], \"values\": [0.1, 0.3]}", "scores do not rise at 1")]
    [InlineData("{\"kind\": \"isotonic\", \"scores\": [0.2], \"values\": []}", "as many scores as values")]
    [InlineData("{\"kind\": \"isotonic\"}", "as many scores as values")]
    [InlineData("{\"kind\": \"isotonic\", \"scores\": [0.2], \"values\": [1.5]}", "values are no rising probabilities at 0")]
    [InlineData("{\"kind\": \"temperature\", \"temperature\": 0}", "must be a number above 0")]
    [InlineData("{\"kind\": \"temperature\", \"temperature\": \"Infinity\"}", "must be a number above 0")]
    [InlineData("null", "holds null")]
    [InlineData("[]", "calibration.json")]
    [InlineData("{}", "calibration.json")]
    public void A_calibrator_that_is_none_is_refused(string json, string said)
    {
        var folder = Calibrated(platt);
        ModelRefusalTests.Rehash(folder, "calibration.json", () => File.WriteAllText(Path.Combine(folder, "calibration.json"), json));
        var message = Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message;
        message.ShouldContain(said);
        message.ShouldContain("This folder is not a model that Kiln can score with.");
    }

    [Fact]
    public void A_calibrator_larger_than_any_is_not_even_read()
    {
        var folder = Calibrated(platt);
        using (var file = File.OpenWrite(Path.Combine(folder, "calibration.json"))) file.SetLength(1L << 40);
        Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message.ShouldContain("more than 67,108,864 bytes");
    }

    [Fact]
    public void Contributions_sum_to_the_log_odds_before_the_calibration()
    {
        var (raw, rows) = (new ModelFolder(Path.Combine(root, "raw")), Dear(200, 1));
        using var model = new ModelFolder(Calibrated(platt)).Load();
        using var before = raw.Load();
        var (found, own) = (Attribution.Of(model, rows.Columns), Attribution.Of(before, rows.Columns));
        (found.IsBeforeCalibration, own.IsBeforeCalibration).ShouldBe((true, false));
        found.LargestGap.ShouldBe(own.LargestGap);
        found.Outputs[0].Base.ShouldBe(own.Outputs[0].Base);
        found.Outputs[0].Columns.Select(column => column.MeanAbsolute).ShouldBe(own.Outputs[0].Columns.Select(column => column.MeanAbsolute));
        // What the explanation of answers asks the model for is calibrated.
        var curve = PartialDependence.Of(model, rows.Columns, "AREA", new(), 0)!;
        curve.Curves[0].Means.ShouldNotBe(PartialDependence.Of(before, rows.Columns, "AREA", new(), 0)!.Curves[0].Means);
    }

    string Calibrated(Calibrator calibrator)
    {
        var (raw, folder) = (new ModelFolder(Path.Combine(root, "raw")), new ModelFolder(Path.Combine(root, "calibrated")));
        using (var fitted = ModelFolderTests.Fit("linear", Dear(200, 1))) raw.Write(fitted.Model);
        folder.WriteCalibrated(raw, calibrator);
        return folder.Path;
    }

    /// <summary>Houses that are dear, some of them by chance.</summary>
    static Examples Dear(int rows, int seed)
    {
        var columns = Houses.Columns(rows, seed);
        var prices = columns["PRICE"].ToDoubles();
        var random = new Random(seed);
        var dear = prices.Select(price => (string?)(price + (400 * (random.NextDouble() - 0.5)) > 950 ? "yes" : "no")).ToArray();
        return Examples.Of(TableColumns.Of(columns.Columns.Add(Column.Texts("DEAR", dear))), isDear);
    }
}
