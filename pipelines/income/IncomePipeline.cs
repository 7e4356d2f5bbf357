using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Validating;
using Kiln.Registry;

namespace Kiln.Pipelines.Income;

/// <summary>Who earns more than 50,000 dollars a year: the census rows of 1994 (Kohavi 1996), in their published split.</summary>
public static class IncomePipeline
{
    const string Archive = "https://archive.ics.uci.edu/ml/machine-learning-databases/adult/";

    /// <summary>The pipeline, for the host.</summary>
    public static PipelineDefinition Definition { get; } = new("income", Declare);

    // fnlwgt says how many people a row stands for, and education says in words what education_num does in years.
    static LearningProblem Problem { get; } = new() { Target = Target.Binary("income", "<=50K", ">50K"), Ignored = ["fnlwgt", "education"] };

    static void Declare(PipelineBuilder pipeline)
    {
        var source = pipeline.AddSources(
            new PublishedFile { Name = "adult.data", Address = Archive + "adult.data", Checksum = "sha256:5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d" },
            new PublishedFile { Name = "adult.test", Address = Archive + "adult.test", Checksum = "sha256:ceb625d3b5aeddf1e04cd5eec3268e18af4140fbde5a853a11223deeebcfe0f5" });
        var names = new Dictionary<string, string> { ["training"] = "adult.data", ["test"] = "adult.test" };
        var tidy = pipeline.AddPartitions(names.Keys, name => new Tidy(name, source(names[name])));
        var rows = pipeline.AddPartitions(names.Keys, name => new IngestCsv(pipeline.Name, name, "adult.yaml", tidy.Of(name).Csv));

        pipeline.AddDataReports([.. names.Keys.Select(name => DescribedTable.Of(name, rows.Of(name)))]);
        var folds = pipeline.AddFolds(rows.Of("training").Rows, pipeline.Settings<ValidationSettings>().Choose());
        pipeline.AddRegistration(pipeline.AddModel(Problem, rows.Of("training").Rows, rows.Of("test").Rows, folds));
        pipeline.AddComparison(Problem, folds, Measure.RocAuc);
    }
}
