using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Torch;
using Kiln.XGBoost;

namespace Kiln.Learning.Models;

/// <summary>
/// A model as one folder, which alone is enough to score: what it is (<c>model.json</c>), the preparation (<c>preparation.json</c>), the
/// weights as safetensors or as XGBoost's JSON, where answers are calibrated how (<c>calibration.json</c>), and the hashes of all of them
/// (<c>manifest.json</c>). Equal models give equal bytes.
/// </summary>
public sealed record ModelFolder(string Path) : IArtifact<ModelFolder>
{
    const string DescriptionFile = "model.json";
    const string PreparationFile = "preparation.json";
    const string CalibrationFile = "calibration.json";
    const string ManifestFile = "manifest.json";

    // An isotonic function of a million steps.
    const long MostCalibrationBytes = 1 << 26;

    /// <inheritdoc/>
    public static ModelFolder At(string path) => new(path);

    /// <summary>The kind, and how much it learned.</summary>
    public static string? Summarize(ModelFolder artifact)
    {
        var description = artifact.Describe();
        return string.Create(CultureInfo.InvariantCulture, $"{description.Kind}, {description.Parameters:#,0} parameters{(description.Calibration is null ? "" : ", calibrated")}");
    }

    /// <summary>The first file, and of weights the first tensor, that is not the same to the bit.</summary>
    public static string? FirstDifference(ModelFolder one, ModelFolder other)
    {
        var (files, others) = (Manifest.Read(one.Path).Files, Manifest.Read(other.Path).Files);
        foreach (var name in files.Keys.Union(others.Keys).Order(StringComparer.Ordinal))
        {
            if (files.GetValueOrDefault(name) == others.GetValueOrDefault(name)) continue;
            var (first, second) = (System.IO.Path.Combine(one.Path, name), System.IO.Path.Combine(other.Path, name));
            return System.IO.Path.GetFileName(name) == NetworkPredictor.FileName && File.Exists(first) && File.Exists(second) ? $"{name}: {SafeTensors.FirstDifference(first, second)}" : name;
        }
        return null;
    }

    /// <summary>Writes a model.</summary>
    public void Write(Model model) => model.Save(Path);

    /// <summary>What the model is, without loading its weights.</summary>
    /// <exception cref="KilnException">The folder is not a model, this description has changed, a file is there that is not the model's, or it is of a version that this one does not read.</exception>
    public ModelDescription Describe() => Guarded(() => Describe(Manifest.Read(Path)));

    /// <summary>Loads the model for scoring; the caller owns it.</summary>
    /// <param name="ownNetwork">Makes the network where the model's architecture is one's own: weights are data, code is not.</param>
    /// <exception cref="KilnException">The folder is not a model, a byte of it has changed, a file is there that is not the model's, or it is of a version that this one does not read.</exception>
    public Model Load(Func<ModelShape, TableNetwork>? ownNetwork = null) => Guarded(() =>
    {
        var manifest = Manifest.Read(Path);
        if (new FileInfo(System.IO.Path.Combine(Path, CalibrationFile)) is { Exists: true, Length: > MostCalibrationBytes })
            throw ModelErrors.NotAModel(Path, $"{CalibrationFile} has more than {MostCalibrationBytes:#,0} bytes");
        foreach (var name in manifest.Files.Keys) manifest.Open(Path, name);
        var description = Describe(manifest);
        var preparation = FittedPreparation.FromJson(Encoding.UTF8.GetString(manifest.Open(Path, PreparationFile)), System.IO.Path.Combine(Path, PreparationFile));
        if (!description.Features.SequenceEqual(preparation.Features)) throw ModelErrors.NotAModel(Path, $"{DescriptionFile} and {PreparationFile} are of different models: their features differ");
        if (!Read(description.Inputs).SequenceEqual(Read(preparation.Inputs))) throw ModelErrors.NotAModel(Path, $"{DescriptionFile} and {PreparationFile} are of different models: the columns they read differ");
        var calibrator = Calibrator(manifest, description);
        var predictor = Estimators.Make(description.Estimator, ownNetwork).Load(new() { Features = preparation.Features, Target = description.Target }, Path);
        return new Model(description, preparation, predictor, calibrator);

        static IEnumerable<(string, InputKind)> Read(ImmutableArray<InputColumn> inputs) => inputs.Select(input => (input.Name, input.Kind));
    });

    /// <summary>Writes the model of another folder with a calibrator, file by file: nothing of it is loaded, so that it may have a network of one's own.</summary>
    /// <exception cref="KilnException">The other folder is not a model, is calibrated already, or answers what is not calibrated so; or this folder holds something, or cannot be written.</exception>
    public void WriteCalibrated(ModelFolder model, Calibrator calibrator)
    {
        var manifest = model.Guarded(() => Manifest.Read(model.Path));
        var description = model.Describe();
        if (description.Calibration is not null) throw ModelErrors.NotToCalibrate(model.Path, "it is calibrated already");
        if (calibrator.Method.MisfitTo(description.Target.Task) is { } reason) throw ModelErrors.NotToCalibrate(model.Path, reason);
        Write(Path, description with { Calibration = calibrator.Method }, calibrator, () =>
        {
            foreach (var name in manifest.Files.Keys.Where(name => name != DescriptionFile))
            {
                var copy = System.IO.Path.Combine(Path, name);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
                File.WriteAllBytes(copy, manifest.Open(model.Path, name));
            }
        });
    }

    internal static void Write(string folder, Model model, IPredictor predictor) => Write(folder, model.Description, model.Calibrator, () =>
    {
        File.WriteAllText(System.IO.Path.Combine(folder, PreparationFile), model.Preparation.ToJson());
        predictor.Save(folder);
    });

    static void Write(string folder, ModelDescription description, Calibrator? calibrator, Action writeOthers)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (Directory.EnumerateFileSystemEntries(folder).Any()) throw ModelErrors.FolderNotEmpty(folder);
            File.WriteAllBytes(System.IO.Path.Combine(folder, DescriptionFile), JsonSerializer.SerializeToUtf8Bytes(description, ModelJson.Options));
            if (calibrator is not null) File.WriteAllBytes(System.IO.Path.Combine(folder, CalibrationFile), JsonSerializer.SerializeToUtf8Bytes(calibrator, ModelJson.Options));
            writeOthers();
            Manifest.Of(folder).Write(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ModelErrors.NotWritten(folder, exception);
        }
        catch (Exception exception) when (exception is TorchException or XGBoostException)
        {
            throw ModelErrors.OfLibrary(exception);
        }
    }

    ModelDescription Describe(Manifest manifest)
    {
        var json = manifest.Open(Path, DescriptionFile);
        // First of all: another version's file may hold what this one does not know.
        if (Parse(Path, DescriptionFile, () => FormatOf(json)) is var format && format != $"{ModelDescription.CurrentFormat}")
            throw ModelErrors.NotAModel(Path, $"it has format {format}, this version reads {ModelDescription.CurrentFormat}");
        var description = Parse(Path, DescriptionFile, () => JsonSerializer.Deserialize<ModelDescription>(json, ModelJson.Options));
        try
        {
            // Not held to what is learned: a setting that training passed over does not spoil what it learned.
            SettingsCheck.Whole("estimator", description.Estimator);
            description.Target.Check();
        }
        catch (KilnException error)
        {
            throw ModelErrors.NotAModel(Path, $"{DescriptionFile}: {error.Message}", error);
        }
        if (description.Calibration is { } method && (method == CalibrationMethod.None || method.MisfitTo(description.Target.Task) is not null))
            throw ModelErrors.NotAModel(Path, $"{DescriptionFile}: {description.Target.Words} are not calibrated by {method}");
        return description.Kind == description.Estimator.Way ? description
            : throw ModelErrors.NotAModel(Path, $"{DescriptionFile}: kind is {description.Kind}, and the settings are those of {description.Estimator.Way}");
    }

    Calibrator? Calibrator(Manifest manifest, ModelDescription description)
    {
        if (description.Calibration is not { } method)
            return manifest.Files.ContainsKey(CalibrationFile) ? throw ModelErrors.NotAModel(Path, $"it has {CalibrationFile}, and {DescriptionFile} tells of no calibration") : null;
        var json = manifest.Open(Path, CalibrationFile);
        var calibrator = Parse(Path, CalibrationFile, () =>
        {
            try
            {
                return JsonSerializer.Deserialize<Calibrator>(json, ModelJson.Options);
            }
            catch (KilnException error)
            {
                throw ModelErrors.NotAModel(Path, $"{CalibrationFile}: {error.Message}", error);
            }
        });
        return calibrator.Method == method ? calibrator : throw ModelErrors.NotAModel(Path, $"{DescriptionFile} says that answers are calibrated by {method}, and {CalibrationFile} holds {calibrator.Method}");
    }

    static string FormatOf(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("format", out var format) ? format.ToString() : "none";
    }

    static T Parse<T>(string folder, string file, Func<T?> parse)
    {
        try
        {
            return parse() ?? throw ModelErrors.NotAModel(folder, $"{file} holds null");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw ModelErrors.NotAModel(folder, $"{file}, {JsonFault.Describe(error)}", error);
        }
    }

    T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is TorchException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ModelErrors.NotAModel(Path, exception.Message, exception);
        }
    }

    /// <summary>The hash of every file of a model; written so that each of its own bytes counts too.</summary>
    sealed record Manifest
    {
        public required SortedDictionary<string, string> Files { get; init; }

        public static Manifest Of(string folder) => new()
        {
            Files = new(FilesOf(folder).ToDictionary(name => name, name => Hash(System.IO.Path.Combine(folder, name))), StringComparer.Ordinal),
        };

        public static Manifest Read(string folder)
        {
            var path = System.IO.Path.Combine(folder, ManifestFile);
            if (!File.Exists(path)) throw ModelErrors.NotAModel(folder, $"it has no {ManifestFile}");
            var bytes = File.ReadAllBytes(path);
            var manifest = Parse(folder, ManifestFile, () => JsonSerializer.Deserialize<Manifest>(bytes, ModelJson.Options));
            if (!manifest.Bytes().AsSpan().SequenceEqual(bytes)) throw ModelErrors.NotAModel(folder, $"{ManifestFile} is not as it was written");
            return FilesOf(folder).Where(name => name != ManifestFile).Except(manifest.Files.Keys).Order(StringComparer.Ordinal).FirstOrDefault() is { } foreign
                ? throw ModelErrors.ForeignFile(folder, foreign)
                : manifest;
        }

        public void Write(string folder) => File.WriteAllBytes(System.IO.Path.Combine(folder, ManifestFile), Bytes());

        /// <summary>A file's bytes, which are those that were written.</summary>
        public byte[] Open(string folder, string name)
        {
            var path = System.IO.Path.Combine(folder, name);
            var within = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder)) + "/";
            var isInside = System.IO.Path.GetFullPath(path).StartsWith(within, StringComparison.Ordinal);
            if (!isInside || !Files.TryGetValue(name, out var hash)) throw ModelErrors.NotAModel(folder, $"{ManifestFile} does not name {name}");
            if (!File.Exists(path)) throw ModelErrors.NotAModel(folder, $"it lacks {name}");
            var bytes = File.ReadAllBytes(path);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == hash ? bytes : throw ModelErrors.NotAModel(folder, $"{name} is not as it was written");
        }

        static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(folder, file));

        byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, ModelJson.Options);

        static string Hash(string path)
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
    }
}
