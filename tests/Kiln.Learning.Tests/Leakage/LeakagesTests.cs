using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Fitting;
using Kiln.Learning.Leakage;
using Kiln.Learning.Models;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Leakage;

public sealed class LeakagesTests : IDisposable
{
    static readonly LearningProblem Problem = new() { Target = Target.Binary("label", "no", "yes"), Ignored = ["customer", "known", "decided"], Time = "time" };

    static readonly LeakageSettings All = new()
    {
        Entities = [new() { Columns = ["customer"] }],
        Times = [new() { Feature = "known", Label = "decided" }],
    };

    readonly string folder = Directory.CreateTempSubdirectory("kiln-leakage-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Rows_without_leaks_are_clean()
    {
        var found = Find(Rows(0, 400), Rows(400, 200));
        found.Select(finding => (finding.Check, finding.Outcome)).ShouldBe([
            (LeakageCheck.DuplicateRows, LeakageOutcome.Clean), (LeakageCheck.DuplicateFeatures, LeakageOutcome.Clean), (LeakageCheck.TellingFeatures, LeakageOutcome.Clean),
            (LeakageCheck.SharedEntities, LeakageOutcome.Clean), (LeakageCheck.LateFeatures, LeakageOutcome.Clean), (LeakageCheck.TimeOverlap, LeakageOutcome.Clean)]);
        found.ShouldAllBe(finding => finding.Next == "" && finding.Examples.IsEmpty && finding.Count == 0);
    }

    [Fact]
    public void Rows_on_both_sides_are_found_with_their_places_also_where_values_are_missing()
    {
        // Training rows 7 and 11 stand among the test rows, one of them with another label.
        var (training, test) = (Rows(0, 400), Rows(400, 200));
        var copied = Joined(training.Take([7, 11]).With(Column.Texts("label", new[] { training["label"].TextAt(7), training["label"].TextAt(11) == "yes" ? "no" : "yes" })), test);
        var found = Find(training, copied);
        var whole = found[0];
        (whole.Outcome, whole.Count, whole.Of).ShouldBe((LeakageOutcome.Suspicious, 1L, 202L));
        whole.Examples.ShouldBe(["test row 0 = training row 7"]);
        found[1].Examples.ShouldBe(["test row 0 = training row 7", "test row 1 = training row 11"]);
        found[1].Found.ShouldBe("0.99% of the test rows equal a training row in all features; of the training rows 0% equal another one.");
        found[1].Next.ShouldContain("mostDuplicates");
        training["text \"ü\""].TextAt(7).ShouldBeNull();
        Find(training, copied, All with { MostDuplicates = 0.01 })[1].Outcome.ShouldBe(LeakageOutcome.Clean);
    }

    [Fact]
    public void Rows_that_repeat_among_the_training_rows_are_told_beside()
    {
        var few = TableColumns.Of(Column.Of<int>("a", Enumerable.Range(0, 100).Select(row => row % 40).ToArray()), Labels(100));
        var other = TableColumns.Of(Column.Of<int>("a", Enumerable.Range(20, 50).ToArray()), Labels(50));
        var found = Find(few, other, new(), new() { Target = Problem.Target })[1];
        found.Count.ShouldBe(20); // 20 to 39; the training rows are all there twice or thrice
        found.Found.ShouldBe("40% of the test rows equal a training row in all features; of the training rows 100% equal another one.");
        found.Examples.Length.ShouldBe(5);
        found.Examples[0].ShouldBe("test row 0 = training row 20");
    }

    [Theory]
    [InlineData("number")]
    [InlineData("falling")]
    [InlineData("missing")]
    [InlineData("code")]
    [InlineData("text")]
    public void A_feature_that_tells_the_label_is_named(string kind)
    {
        TableColumns Leaking(int from, int count)
        {
            var rows = Rows(from, count);
            var yes = Enumerable.Range(0, count).Select(row => rows["label"].TextAt(row) == "yes").ToArray();
            return rows.With(kind switch
            {
                "number" => Column.Of<double>("leak", yes.Select((truth, row) => (truth ? 100 : 0) + (row % 7.0)).ToArray()),
                "falling" => Column.Of<double>("leak", yes.Select((truth, row) => (truth ? -100 : 0) + (row % 7.0)).ToArray()),
                "missing" => Column.Of<double>("leak", yes.Select((truth, row) => truth ? double.NaN : row % 7.0).ToArray()),
                "code" => Column.Of<int>("leak", yes.Select((truth, row) => (2 * (row % 5)) + (truth ? 1 : 0)).ToArray()),
                // One in a hundred is wrong.
                _ => Column.Texts("leak", yes.Select((truth, row) => (string?)$"{(truth ^ (row % 250 == 3) ? "paid late" : "paid")} {row % 3}").ToArray()),
            });
        }

        var found = Find(Leaking(0, 400), Leaking(400, 200))[2];
        (found.Outcome, found.Count).ShouldBe((LeakageOutcome.Suspicious, 1L));
        found.Columns.ShouldBe(["leak"]);
        found.Examples.Single().ShouldStartWith(kind == "text" ? "leak: AUC ROC 0.99" : "leak: AUC ROC 1.000");
        found.Next.ShouldContain("mostAuc");
    }

    [Fact]
    public void How_much_a_feature_tells_of_a_value_is_its_share_of_the_variance()
    {
        var random = new Random(2);
        TableColumns Values(int count)
        {
            var (cause, noise) = (Enumerable.Range(0, count).Select(_ => random.NextDouble() * 10).ToArray(), Enumerable.Range(0, count).Select(_ => random.NextDouble() * 10).ToArray());
            return TableColumns.Of(
                Column.Of<double>("half", cause), Column.Of<double>("noise", Enumerable.Range(0, count).Select(_ => random.NextDouble()).ToArray()),
                Column.Of<double>("exponential", cause.Zip(noise, (a, b) => Math.Exp(a + b)).ToArray()),
                Column.Of<double>("sum", cause.Zip(noise, (a, b) => a + b).ToArray()));
        }

        var found = Find(Values(5000), Values(5000), new(), new() { Target = Target.Regression("sum") })[2];
        found.Columns.ShouldBe(["exponential"]); // not by a line, but by ranks
        found.Examples.ShouldBe(["exponential: R² 1.000 on the training rows"]);
        var allowed = Find(Values(20_000), Values(20_000), new() { MostR2 = 0.4 }, new() { Target = Target.Regression("sum"), Ignored = ["exponential"] })[2];
        allowed.Columns.ShouldBe(["half"]);
        double.Parse(allowed.Examples[0].Split(' ')[2]).ShouldBe(0.5, 0.02); // one of two causes of equal variance
    }

    [Fact]
    public void Of_several_classes_a_feature_has_to_tell_all()
    {
        TableColumns Classes(int count) => TableColumns.Of(
            Column.Texts("kind", Enumerable.Range(0, count).Select(row => (string?)$"{"abc"[row % 3]}").ToArray()),
            Column.Of<int>("tells one", Enumerable.Range(0, count).Select(row => row % 3 == 0 ? 1 : 0).ToArray()),
            Column.Of<int>("tells all", Enumerable.Range(0, count).Select(row => new[] { 4, 9, 5 }[row % 3]).ToArray()));
        var found = Find(Classes(300), Classes(90), new(), new() { Target = Target.MultiClass("kind", "a", "b", "c") })[2];
        found.Columns.ShouldBe(["tells all"]); // as a category: the classes are not in its order
        var one = Find(Classes(300), Classes(90), new() { MostAuc = 0.8 }, new() { Target = Target.MultiClass("kind", "a", "b", "c") })[2];
        one.Examples.ShouldBe(["tells all: AUC ROC 1.000 on the test rows", "tells one: AUC ROC 0.833 on the training rows"]); // (1 + 3/4 + 3/4) / 3
    }

    [Fact]
    public void Few_rows_and_columns_of_one_value_tell_nothing()
    {
        var found = Find(Rows(0, 30), Rows(30, 20))[2];
        (found.Outcome, found.Found).ShouldBe((LeakageOutcome.NotApplicable, "There are too few rows of each class, or too few rows at all, to tell."));
        var one = TableColumns.Of(Column.Of<double>("x", Enumerable.Repeat(3.0, 100).ToArray()), Column.Of<double>("nothing", Enumerable.Repeat(double.NaN, 100).ToArray()), Labels(100));
        var told = Find(one, one, new() { MostDuplicates = 1 }, new() { Target = Problem.Target })[2];
        (told.Outcome, told.Of).ShouldBe((LeakageOutcome.Clean, 2L));
        told.Found.ShouldContain("AUC ROC 0.500");
        var images = TableColumns.Of(Column.Bytes("image", Enumerable.Range(0, 100).Select(row => (byte[]?)[(byte)row]).ToArray()), Labels(100));
        var shown = Find(images, images, new(), new() { Target = Problem.Target });
        (shown[0].Count, shown[2].Outcome).ShouldBe((100L, LeakageOutcome.NotApplicable));
    }

    [Fact]
    public void Entities_on_both_sides_are_counted_by_their_test_rows()
    {
        var training = Rows(0, 400);
        // Rows are of customers of five rows each: the last of the training rows has customer 79.
        var test = Joined(Rows(393, 7), Rows(400, 193));
        var found = Find(training, test)[3];
        (found.Outcome, found.Count, found.Of).ShouldBe((LeakageOutcome.Suspicious, 7L, 200L));
        found.Examples.ShouldBe(["79 (5 test rows)", "78 (2 test rows)"]);
        found.Found.ShouldBe("3.5% of the test rows are of 2 entities (customer) that have training rows too.");
        found.Next.ShouldContain("groupedKFold");
        var allowed = Find(training, test, All with { Entities = [new() { Columns = ["customer"], MostShare = 0.05 }] })[3];
        (allowed.Outcome, allowed.Count).ShouldBe((LeakageOutcome.Clean, 7L));
        var together = Find(training, test, All with { Entities = [new() { Columns = ["customer", "time"] }] })[3];
        together.Count.ShouldBe(7);
        Find(training, Rows(400, 200), All with { Entities = [new() { Columns = ["text \"ü\"", "customer"] }] })[3].Count.ShouldBe(0);
    }

    [Fact]
    public void A_row_that_belongs_to_nobody_is_shared_with_nobody()
    {
        var nobody = TableColumns.Of(Column.Texts("customer", new string?[100]), Column.Of<int>("x", Enumerable.Range(0, 100).ToArray()), Labels(100));
        Find(nobody, nobody, new() { Entities = [new() { Columns = ["customer"] }] }, new() { Target = Problem.Target })[3].Count.ShouldBe(0);
    }

    [Fact]
    public void A_feature_that_was_known_after_its_label_is_told_of_both_sides()
    {
        TableColumns Late(TableColumns rows, int row)
        {
            var known = rows.Values<long>("known").ToArray();
            known[row] = rows.Values<long>("decided").Span[row] + 1_000_000;
            return rows.With(Column.Timestamps("known", known));
        }

        var found = Find(Late(Rows(0, 400), 5), Late(Rows(400, 200), 1))[4];
        (found.Outcome, found.Count, found.Of).ShouldBe((LeakageOutcome.Suspicious, 2L, 600L));
        found.Examples.ShouldBe([
            "training row 5: 1970-01-02 05:00:01 after 1970-01-02 05:00:00", "test row 1: 1970-01-18 17:00:01 after 1970-01-18 17:00:00"]);
        found.Columns.ShouldBe(["known", "decided"]);
    }

    [Fact]
    public void Test_rows_that_begin_before_the_training_rows_end_are_told()
    {
        var found = Find(Rows(0, 400), Joined(Rows(398, 4), Rows(402, 200)))[5];
        (found.Outcome, found.Count).ShouldBe((LeakageOutcome.Suspicious, 2L));
        found.Examples[0].ShouldBe("test row 0 (1970-01-17 14:00:00)");
        found.Found.ShouldBe("The test rows begin at 1970-01-17 14:00:00, and the training rows end at 1970-01-17 15:00:00.");
    }

    [Fact]
    public void What_is_not_declared_does_not_apply()
    {
        var found = Find(Rows(0, 400), Rows(400, 200), new(), Problem with { Time = null, Ignored = [.. Problem.Ignored, "time"] });
        found.Skip(3).Select(finding => (finding.Check, finding.Outcome)).ShouldBe([
            (LeakageCheck.SharedEntities, LeakageOutcome.NotApplicable), (LeakageCheck.LateFeatures, LeakageOutcome.NotApplicable), (LeakageCheck.TimeOverlap, LeakageOutcome.NotApplicable)]);
        var untimed = Rows(0, 400).With(Column.Timestamps("time", new long[400], Enumerable.Repeat(true, 400).ToArray()));
        Find(untimed, Rows(400, 200))[5].Outcome.ShouldBe(LeakageOutcome.NotApplicable);
        var bare = TableColumns.Of(Labels(100));
        Find(bare, bare, new(), new() { Target = Problem.Target }).ShouldAllBe(finding => finding.Outcome == LeakageOutcome.NotApplicable);
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        var (training, test) = (Rows(0, 40), Rows(40, 20));
        Should.Throw<KilnException>(() => Find(training, test, All with { Entities = [new() { Columns = ["custmer"] }] })).Message.ShouldContain("did you mean customer?");
        Should.Throw<UsageException>(() => Find(training, test, All with { Entities = [new() { Columns = [] }] })).Message.ShouldContain("customer_id");
        Should.Throw<UsageException>(() => Find(training, test, All with { Times = [new() { Feature = "text \"ü\"", Label = "decided" }] })).Message.ShouldContain("VARCHAR");
        Should.Throw<UsageException>(() => Find(training, test, All with { Times = [new() { Feature = "number", Label = "decided" }] })).Message.ShouldContain("TIMESTAMP");
        Should.Throw<UsageException>(() => Find(training, test, All, Problem with { Time = "text \"ü\"" })).Message.ShouldContain("VARCHAR");
        var narrow = TableColumns.Of([.. test.Columns.Where(column => column.Schema.Name != "number")]);
        Should.Throw<KilnException>(() => Find(training, narrow)).Message.ShouldContain("number");
        Should.Throw<KilnException>(() => Find(training, test, All with { MostAuc = 0.3 })).Message.ShouldContain("MostAuc");
    }

    /// <summary>The figures of pandas: isin and duplicated over the rows as tuples.</summary>
    [TrialDataFact("adult")]
    public void The_census_has_rows_on_both_sides_by_its_source_and_many_more_without_the_weight()
    {
        var (training, test) = (Census("adult.data"), Census("adult.test"));
        var income = new LearningProblem { Target = Target.Binary("income", "<=50K", ">50K") };
        var whole = Find(training, test, new(), income);
        whole.Take(2).Select(finding => finding.Count).ShouldBe([23L, 26]);
        whole[0].Found.ShouldEndWith("of the training rows 0.14% equal another one."); // 47 of 32,561
        whole[2].Outcome.ShouldBe(LeakageOutcome.Clean);
        var learned = Find(training, test, new(), income with { Ignored = ["fnlwgt", "education"] });
        learned.Take(2).Select(finding => finding.Count).ShouldBe([2_586L, 2_979]);
        learned[0].Found.ShouldBe("15.88% of the test rows equal a training row in all features and the label; of the training rows 16.97% equal another one.");
    }

    /// <summary>The figures of pandas: the squares of corr, by values and by ranks (method="spearman").</summary>
    [TrialDataFact("bike-sharing")]
    public void Of_the_rented_bikes_those_of_registered_riders_tell_the_sum()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.TrialData("bike-sharing")!, "hour.csv"));
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToArray();
        TableColumns Hours(bool isTest)
        {
            var some = Array.FindAll(rows, row => string.CompareOrdinal(row[1], "2012-10-01") >= 0 == isTest);
            return TableColumns.Of([.. lines[0].Split(',').Select((name, place) => (name, place)).Where(column => column.place >= 2)
                .Select(column => Column.Of<double>(column.name, Array.ConvertAll(some, row => double.Parse(row[column.place]))))]);
        }

        var problem = new LearningProblem { Target = Target.Regression("cnt") };
        var found = Find(Hours(false), Hours(true), new(), problem)[2];
        found.Examples.ShouldBe(["registered: R² 0.985 on the test rows"]); // 0.9850 by ranks, 0.9537 by values
        var honest = Find(Hours(false), Hours(true), new(), problem with { Ignored = ["registered"] })[2];
        (honest.Outcome, honest.Found).ShouldBe((LeakageOutcome.Clean, "The feature that tells most by itself is casual: R² 0.737 on the training rows."));
    }

    ImmutableArray<LeakageFinding> Find(TableColumns training, TableColumns test, LeakageSettings? settings = null, LearningProblem? problem = null) =>
        Leakages.Find(Written("training", training), Written("test", test), problem ?? Problem, settings ?? All);

    Table Written(string name, TableColumns columns)
    {
        var table = Table.At(Path.Combine(folder, name + ".parquet"));
        table.Write(columns.Columns);
        return table;
    }

    /// <summary>One row an hour, of a customer for five rows, decided an hour after it was known.</summary>
    static TableColumns Rows(int from, int count)
    {
        var random = new Random(from);
        var rows = Enumerable.Range(from, count).ToArray();
        long[] Hours(int later) => Array.ConvertAll(rows, row => (row + later) * 3_600_000_000L);
        return TableColumns.Of(
            Column.Of<int>("customer", Array.ConvertAll(rows, row => row / 5)),
            Column.Of<double>("number", Array.ConvertAll(rows, _ => random.NextDouble())),
            Column.Texts("text \"ü\"", Array.ConvertAll(rows, row => row % 9 == 7 ? null : $"{random.Next(4)}")),
            Column.Timestamps("time", Hours(0)), Column.Timestamps("known", Hours(23)), Column.Timestamps("decided", Hours(24)),
            Column.Texts("label", Array.ConvertAll(rows, _ => (string?)(random.Next(3) == 0 ? "yes" : "no"))));
    }

    static TextColumn Labels(int count) => Column.Texts("label", Enumerable.Range(0, count).Select(row => (string?)(row % 2 == 0 ? "yes" : "no")).ToArray());

    TableColumns Joined(TableColumns first, TableColumns second) =>
        Table.Of([Written("first", first).Files[0], Written("second", second).Files[0]]).ReadColumns();

    static TableColumns Census(string file)
    {
        string[] names = ["age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income"];
        var rows = File.ReadAllLines(Path.Combine(Repository.TrialData("adult")!, file)).Where(line => line.Length > 0 && line[0] != '|')
            .Select(line => line.TrimEnd('.').Split(", ")).ToArray();
        return TableColumns.Of([.. names.Select((name, place) => name is "age" or "fnlwgt" or "education_num" or "capital_gain" or "capital_loss" or "hours_per_week"
            ? (Column)Column.Of<int>(name, Array.ConvertAll(rows, row => int.Parse(row[place])))
            : Column.Texts(name, Array.ConvertAll(rows, row => row[place] == "?" ? null : row[place])))]);
    }
}

static class ColumnsWith
{
    /// <summary>The same rows with a column added, or in the place of the one of its name.</summary>
    public static TableColumns With(this TableColumns rows, Column column) =>
        TableColumns.Of([.. rows.Columns.Where(other => other.Schema.Name != column.Schema.Name), column]);
}
