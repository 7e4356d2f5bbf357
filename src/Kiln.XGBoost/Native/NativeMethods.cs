using System.Runtime.InteropServices;

namespace Kiln.XGBoost.Native;

/// <summary>The library's entry points, and the check that turns their failures into exceptions.</summary>
static unsafe partial class NativeMethods
{
    const string Library = XGBoostLibrary.Name;

    // Registering cannot fail and loads nothing: the library comes with the first call.
    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, XGBoostLibrary.Resolve);

    public static void Check(int outcome)
    {
        if (outcome != 0) throw Errors.Refused(LibraryText.Clean(Marshal.PtrToStringUTF8((nint)LastErrorText()) ?? "no reason given"));
    }

    [LibraryImport(Library, EntryPoint = "XGBGetLastError")]
    private static partial byte* LastErrorText();

    [LibraryImport(Library, EntryPoint = "XGBoostVersion")]
    public static partial void GetVersion(out int major, out int minor, out int patch);

    [LibraryImport(Library, EntryPoint = "XGBuildInfo")]
    public static partial int BuildInfo(out byte* json);

    [LibraryImport(Library, EntryPoint = "XGBRegisterLogCallback")]
    public static partial int RegisterLogCallback(delegate* unmanaged[Cdecl]<byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "XGDMatrixCreateFromDense")]
    public static partial int CreateMatrix(byte* values, byte* config, out nint matrix);

    [LibraryImport(Library, EntryPoint = "XGDMatrixFree")]
    public static partial int FreeMatrix(nint matrix);

    [LibraryImport(Library, EntryPoint = "XGDMatrixSetInfoFromInterface", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetMatrixInfo(MatrixHandle matrix, string field, byte* values);

    [LibraryImport(Library, EntryPoint = "XGDMatrixSetStrFeatureInfo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetMatrixFeatures(MatrixHandle matrix, string field, byte** texts, ulong count);

    [LibraryImport(Library, EntryPoint = "XGBoosterCreate")]
    public static partial int CreateBooster(nint* matrices, ulong count, out nint booster);

    [LibraryImport(Library, EntryPoint = "XGBoosterFree")]
    public static partial int FreeBooster(nint booster);

    [LibraryImport(Library, EntryPoint = "XGBoosterSlice")]
    public static partial int Slice(BoosterHandle booster, int begin, int end, int step, out nint slice);

    [LibraryImport(Library, EntryPoint = "XGBoosterBoostedRounds")]
    public static partial int Rounds(BoosterHandle booster, out int rounds);

    [LibraryImport(Library, EntryPoint = "XGBoosterGetNumFeature")]
    public static partial int Features(BoosterHandle booster, out ulong features);

    [LibraryImport(Library, EntryPoint = "XGBoosterSetParam", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetParameter(BoosterHandle booster, string name, string value);

    [LibraryImport(Library, EntryPoint = "XGBoosterUpdateOneIter")]
    public static partial int Update(BoosterHandle booster, int round, MatrixHandle matrix);

    [LibraryImport(Library, EntryPoint = "XGBoosterBoostOneIter")]
    public static partial int Boost(BoosterHandle booster, MatrixHandle matrix, float* gradients, float* hessians, ulong length);

    [LibraryImport(Library, EntryPoint = "XGBoosterEvalOneIter")]
    public static partial int Evaluate(BoosterHandle booster, int round, nint* matrices, byte** names, ulong count, out byte* text);

    [LibraryImport(Library, EntryPoint = "XGBoosterPredictFromDMatrix")]
    public static partial int Predict(BoosterHandle booster, MatrixHandle matrix, byte* config, out ulong* shape, out ulong dimensions, out float* scores);

    [LibraryImport(Library, EntryPoint = "XGBoosterPredictFromDense")]
    public static partial int PredictDense(
        BoosterHandle booster, byte* values, byte* config, nint noMatrix, out ulong* shape, out ulong dimensions, out float* scores);

    [LibraryImport(Library, EntryPoint = "XGBoosterLoadModelFromBuffer")]
    public static partial int LoadModel(BoosterHandle booster, byte* model, ulong length);

    [LibraryImport(Library, EntryPoint = "XGBoosterSaveModelToBuffer")]
    public static partial int SaveModel(BoosterHandle booster, byte* config, out ulong length, out byte* model);

    [LibraryImport(Library, EntryPoint = "XGBoosterSaveJsonConfig")]
    public static partial int SaveConfig(BoosterHandle booster, out ulong length, out byte* config);

    [LibraryImport(Library, EntryPoint = "XGBoosterLoadJsonConfig")]
    public static partial int LoadConfig(BoosterHandle booster, byte* config);

    [LibraryImport(Library, EntryPoint = "XGBoosterDumpModelEx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Dump(BoosterHandle booster, string featureMap, int statistics, string format, out ulong count, out byte** trees);

    [LibraryImport(Library, EntryPoint = "XGBoosterGetAttr", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetAttribute(BoosterHandle booster, string name, out byte* value, out int found);

    [LibraryImport(Library, EntryPoint = "XGBoosterSetAttr", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetAttribute(BoosterHandle booster, string name, string? value);

    [LibraryImport(Library, EntryPoint = "XGBoosterGetAttrNames")]
    public static partial int AttributeNames(BoosterHandle booster, out ulong count, out byte** names);

    [LibraryImport(Library, EntryPoint = "XGBoosterSetStrFeatureInfo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetFeatures(BoosterHandle booster, string field, byte** texts, ulong count);

    [LibraryImport(Library, EntryPoint = "XGBoosterGetStrFeatureInfo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetFeatures(BoosterHandle booster, string field, out ulong count, out byte** texts);

    [LibraryImport(Library, EntryPoint = "XGBoosterFeatureScore", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int FeatureScores(
        BoosterHandle booster, string config, out ulong count, out byte** names, out ulong dimensions, out ulong* shape, out float* scores);
}
