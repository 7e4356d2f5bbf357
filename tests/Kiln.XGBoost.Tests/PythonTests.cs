using System.Text;
using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

/// <summary>The Python package on the same data and settings: values it computed once, and where it is installed, computes now.</summary>
public sealed class PythonTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kiln-xgboost-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(PythonCases.Names), MemberType = typeof(PythonCases))]
    public void Trees_scores_and_explanations_are_the_python_packages_to_the_bit(string name) => PythonCases.Committed.Check(name);

    [Fact]
    public void A_model_that_python_wrote_is_read_and_scores_the_same()
    {
        var expected = PythonCases.Committed.Case("categories");
        using var booster = Booster.FromJson(Encoding.UTF8.GetBytes(expected.GetProperty("model").GetString()!));
        booster.FeatureNames.ShouldBe(["column 0", "column 1", "column 2", "column 3", "column 4"]);
        booster.FeatureTypes[4].ShouldBe(FeatureType.Categorical);
        var scores = booster.Predict(PythonCases.Committed.Data("holes"), 5);
        Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(scores.Values.AsSpan())).ShouldBe(expected.GetProperty("scores").GetString());
    }

    [PythonXGBoostFact]
    public void Python_here_and_now_trains_the_same_trees_on_other_data()
    {
        var file = Path.Combine(folder, "live.json");
        Python.Run(Python.Make, file, "2000").ShouldBe((0, "", ""));
        var live = new PythonCases(file);
        foreach (var name in PythonCases.All) live.Check(name);
    }

    [PythonXGBoostFact]
    public void Python_reads_a_model_written_here_and_scores_the_same()
    {
        var values = PythonCases.Committed.Data("holes");
        using var matrix = new DMatrix(values, 5, new() { Labels = PythonCases.Committed.Data("classes") });
        using var result = Booster.Train(new() { Objective = "multi:softprob", Classes = 3, Rounds = 4 }, matrix);
        var path = Path.Combine(folder, "model.json");
        result.Booster.Save(path);
        var (code, output, errors) = Python.Run(Python.Make, "--scores", path, Path.Combine(AppContext.BaseDirectory, "Python", "expected.json"));
        (code, errors).ShouldBe((0, ""));
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (float)PythonCases.FromHex(line))
            .ShouldBe(result.Booster.Predict(values, 5).Values);
    }
}
