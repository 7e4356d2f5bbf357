using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>The libraries that models are fitted and scored with, as what they are to a stage: inputs, for their versions decide the bits.</summary>
public static class LearningLibraries
{
    /// <summary>Files that a model's settings name, such as a TorchScript module.</summary>
    public static Inputs<PlainFile> FilesOf(EstimatorSettings model) => new([.. model.Files().Select(Input<PlainFile>.Source)]);

    /// <summary>libtorch's shim and what it stands on, XGBoost, and DuckDB.</summary>
    public static Inputs<PlainFile> All => new([.. Libtorch.Library, NativeTools.Library("xgboost/libxgboost.so", "KILN_XGBOOST"), DuckDb.Library]);
}
