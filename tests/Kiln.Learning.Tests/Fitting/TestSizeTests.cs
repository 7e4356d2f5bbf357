using Kiln.Data;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;

namespace Kiln.Tests.Fitting;

public sealed class TestSizeTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiln-test-size-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(215_000, 10_000)] // 2,150,000,000 answers: more than one array holds
    [InlineData(30_000_000, 70)]
    public void More_answers_than_fit_are_refused_before_a_row_is_read(int rows, int classes)
    {
        var table = Rows(rows);
        var refusal = Should.Throw<KilnException>(() => Problem(classes).ReadTest(table, "data/test.parquet"));
        refusal.Message.ShouldContain("There are more test rows than can be judged at once");
        refusal.Message.ShouldContain("data/test.parquet");
        refusal.Message.ShouldContain($"{rows:#,0}");
    }

    [Fact]
    public void No_rows_are_refused()
    {
        Should.Throw<KilnException>(() => Problem(3).ReadTest(Rows(0), "data/test.parquet")).Message.ShouldContain("There are no test rows");
    }

    [Fact]
    public void Rows_that_fit_are_read()
    {
        Problem(3).ReadTest(Rows(5), "data/test.parquet").Rows.ShouldBe(5);
    }

    static LearningProblem Problem(int classes) => new() { Target = Target.MultiClass("y", [.. Enumerable.Range(0, classes).Select(number => $"c{number}")]) };

    Table Rows(int count)
    {
        var table = Table.At(Path.Combine(_folder.FullName, "test.parquet"));
        table.Write(new TableQuery { Sql = $"SELECT 1::UTINYINT AS x, 'c1' AS y FROM range({count})", Tables = new Dictionary<string, Table>(), OrderBy = ["x"] });
        return table;
    }
}
