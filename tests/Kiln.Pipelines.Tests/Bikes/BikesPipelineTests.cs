using System.Globalization;
using Kiln.Pipelines.Bikes;

namespace Kiln.Tests.Bikes;

public sealed class BikesPipelineTests : IDisposable
{
    const string Header = "instant,dteday,season,yr,mnth,hr,holiday,weekday,workingday,weathersit,temp,atemp,hum,windspeed,casual,registered,cnt";

    static readonly DateOnly Start = new(2011, 1, 1);

    readonly TrialSpace _space = new(BikesPipeline.Definition, "source.path=source", "train.epochs=200",
        "split.testFrom=2011-11-01", "split.testDays=30", "validation.timeOrdered.first=2011-09-02", "validation.timeOrdered.days=30", "validation.timeOrdered.folds=2");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_fresh_workspace_ends_with_a_model_and_its_measures_and_a_second_run_runs_nothing()
    {
        Give(Hours(334));
        await _space.SucceedAsync();
        _space.Evaluation.Rows.ShouldBe(4 * 30);
        _space.Evaluation.Measures["R²"].ShouldBeGreaterThan(0.8);
        var predictions = _space.Table("reports/bikes/predictions.parquet").ReadColumns();
        predictions.Columns.Select(column => column.Schema.Name).ShouldBe(["instant", "time", "cnt", "PREDICTION"]);
        var page = _space.Read("reports/bikes/evaluation.html");
        foreach (var figure in new[] { "actual-predicted", "residuals", "residual-bands", "within-error", "training-loss" }) page.ShouldContain($"<figure class=\"chart\" id=\"{figure}\">");
        page.ShouldContain("<td class=\"day\">2011-11-01</td><td class=\"day\">2011-11-30</td>");
        page.ShouldContain("Report needs AddLevel");

        await _space.SucceedAsync();
        _space.Printed.ShouldNotContain(" ran");

        // A model of counts per level answers its kept rows with their level.
        await _space.SucceedAsync("--target", "Register");
        await _space.SucceedAsync("models", "approve", "bikes/1", "--by", "a tester", "--reason", "So few rows tell nothing.");
        await _space.SucceedAsync("models", "promote", "bikes/1");
        _space.Printed.ShouldContain("bikes/1 stands in staging.");
    }

    [Fact]
    public async Task The_level_is_the_growth_of_the_rows_to_learn_from()
    {
        Give(Hours(334));
        await _space.SucceedAsync("--target", "AddLevel[2011-11-01]");
        var levels = _space.Table("data/bikes/levelled/2011-11-01/assessed.parquet").ReadColumns("level").Columns[0].ToDoubles();
        levels[0].ShouldBe(1 + (0.8 * 304 / 365), 1e-9);
        levels[^1].ShouldBe(1 + (0.8 * 333 / 365), 1e-9);
    }

    [Fact]
    public async Task Neither_a_later_hour_nor_a_count_that_makes_up_the_sum_is_learned_from()
    {
        Give(Hours(334));
        await _space.SucceedAsync("--target", "FitModel");
        var model = File.ReadAllText(_space.PathOf("models/bikes/model/model.json"));
        model.ShouldContain("temp_3");
        foreach (var name in new[] { "casual", "registered", "instant" }) model.ShouldNotContain($"\"{name}\"");
        var rows = _space.Table("data/bikes/features.parquet").ReadColumns("temp", "temp_1", "temp_3");
        rows["temp_3"].ToDoubles()[3..].ShouldBe(rows["temp"].ToDoubles()[..^3]);
        rows["temp_1"].ToDoubles()[0].ShouldBe(rows["temp"].ToDoubles()[0]);
    }

    [Fact]
    public async Task Later_hours_fit_only_the_folds_again_that_have_them()
    {
        Give(Hours(290)); // the second window ends with day 304
        await _space.SucceedAsync("--target", "FitFold");
        _space.Printed.ShouldContain("ran 6/6");
        Give(Hours(300));
        await _space.SucceedAsync("--target", "FitFold");
        _space.Printed.ShouldContain("ran 3/6");
    }

    [Fact]
    public async Task Candidates_are_compared_on_windows_before_the_test()
    {
        Give(Hours(334));
        await _space.SucceedAsync("--target", "CompareCandidates");
        _space.Comparison.Candidates[^1].Name.ShouldBe("mean");
        _space.Comparison.Candidates.ShouldAllBe(candidate => candidate.Folds.Select(fold => fold.Fold).SequenceEqual(new[] { "2011-09-02", "2011-10-02" }));
    }

    [Theory]
    [InlineData(",0.5,0.5,", ",inf,0.5,", "temp")]
    [InlineData(",0.5,0.5,", ",warm,0.5,", "temp")]
    [InlineData("5,2011-01-02", "4,2011-01-02", "instant")]
    [InlineData("5,2011-01-02", "5,2011-01-32", "dteday")]
    public Task A_value_that_breaks_the_contract(string good, string bad, string column)
    {
        var rows = Hours(40).ToList();
        var row = rows.FindIndex(text => text.Contains(good));
        rows[row] = rows[row].Replace(good, bad);
        Give(rows);
        return _space.FailAsync(6, column, "hour.csv", $"{row + 2}");
    }

    [Fact]
    public async Task A_window_that_is_the_test_s()
    {
        Give(Hours(40));
        (await _space.RunAsync("--set", "validation.timeOrdered.first=2011-11-01")).ShouldBe(2);
        _space.Printed.ShouldContain("Two folds have the same name.");
    }

    [Fact]
    public async Task Two_candidates_of_one_name()
    {
        var settings = _space.PathOf("pipelines/bikes/settings.yaml");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("name: linear", "name: mean"));
        await _space.FailAsync(2, "two candidates are called mean");
    }

    [Fact]
    public async Task A_missing_column()
    {
        _space.Write("source/hour.csv", Header.Replace(",hum", "") + "\n");
        await _space.FailAsync(6, "the column hum is missing");
    }

    [Fact]
    public async Task Too_few_days_to_tell_how_demand_grows()
    {
        Give(Hours(40));
        (await _space.RunAsync("--set", "split.testFrom=2011-01-20")).ShouldBe(1);
        _space.Printed.ShouldContain("There are too few days to tell how a column grows.");
    }

    [Fact]
    public Task A_test_without_hours()
    {
        Give(Hours(200));
        return _space.FailAsync(1, "A fold has no rows on one side.", "2011-11-01", "none to judge on");
    }

    [TrialDataFact("bike-sharing")]
    public async Task The_published_hours_give_what_is_to_be_reached()
    {
        using var real = new TrialSpace(BikesPipeline.Definition, "source.path=" + Repository.TrialData("bike-sharing"));
        await real.SucceedAsync();
        real.Evaluation.Rows.ShouldBe(2168);
        real.Evaluation.Measures["RMSE"].ShouldBeLessThanOrEqualTo(60);
    }

    void Give(IEnumerable<string> hours) => _space.Write("source/hour.csv", Header + "\n" + string.Concat(hours.Select(row => row + "\n")));

    /// <summary>Four hours a day whose demand grows by 0.8 a year and follows the hour and a harmonic of the year; the weather stays.</summary>
    static IEnumerable<string> Hours(int days) =>
        from day in Enumerable.Range(0, days)
        from hour in Enumerable.Range(0, 4)
        let date = Start.AddDays(day)
        let working = date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) ? 1 : 0
        let demand = 400 * (hour + 1) * (1 + (0.8 * day / 365)) * Math.Exp(0.3 * Math.Sin(2 * Math.PI * day / 365.25))
        let weather = (0.3 + (0.4 * (day * 7 % 11 / 11.0))).ToString("0.00", CultureInfo.InvariantCulture)
        select string.Create(CultureInfo.InvariantCulture, $"{(day * 4) + hour + 1},{date:yyyy-MM-dd},{1 + ((date.Month - 1) / 3)},0,{date.Month},{hour * 6},0,{(int)date.DayOfWeek},{working},1,{(day % 2 == 1 ? "0.5" : weather)},0.5,{weather},0.2,0,{demand:0},{demand:0}");
}
