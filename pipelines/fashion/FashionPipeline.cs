using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Validating;
using Kiln.Registry;

namespace Kiln.Pipelines.Fashion;

/// <summary>Which garment an image of 28 × 28 pixels shows (Xiao, Rasul and Vollgraf 2017).</summary>
public static class FashionPipeline
{
    const string Archive = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

    /// <summary>The pipeline, for the host.</summary>
    public static PipelineDefinition Definition { get; } = new("fashion", Declare);

    static LearningProblem Problem { get; } = new() { Target = Target.MultiClass(ReadImages.Label, ReadImages.Garments) };

    static void Declare(PipelineBuilder pipeline)
    {
        var source = pipeline.AddSources(
            Published("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            Published("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
            Published("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
            Published("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"));
        var images = pipeline.AddPartitions(["train", "t10k"], part => new ReadImages(part, source($"{part}-images-idx3-ubyte.gz"), source($"{part}-labels-idx1-ubyte.gz")));

        pipeline.AddDataReports(new("train", images.Of("train").Rows), new("t10k", images.Of("t10k").Rows));
        var folds = pipeline.AddFolds(images.Of("train").Rows, pipeline.Settings<ValidationSettings>().Choose());
        pipeline.AddRegistration(pipeline.AddModel(Problem, images.Of("train").Rows, images.Of("t10k").Rows, folds));
        pipeline.AddComparison(Problem, folds, Measure.Accuracy);
    }

    // The publishers' own checksums are MD5.
    static PublishedFile Published(string name, string md5) => new() { Name = name, Address = Archive + name, Checksum = "md5:" + md5 };
}
