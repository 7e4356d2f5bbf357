using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Tests.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Models;

/// <summary>Folders that are not quite models, and rows that are not quite a model's.</summary>
[Collection(SerialTraining.Name)]
public sealed class ModelRefusalTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("kiln-refused-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_folder_of_another_format_is_refused_whatever_else_it_holds()
    {
        var folder = Saved("linear");
        Rewrite(folder, "model.json", text => text.Replace("\"format\": 1", "\"format\": 2").Replace("\"kind\"", "\"kindOfModel\""));
        foreach (var read in Readings(folder)) Should.Throw<KilnException>(read).Message.ShouldContain("it has format 2, this version reads 1");
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData(".hidden")]
    [InlineData("member-0/more.safetensors")]
    public void A_file_that_is_not_the_models_is_refused_by_its_name(string name)
    {
        var folder = Saved("ensemble");
        File.WriteAllText(Path.Combine(folder, name), "");
        foreach (var read in Readings(folder)) Should.Throw<KilnException>(read).Message.ShouldContain($"file    {name}");
        File.Delete(Path.Combine(folder, name));
        foreach (var read in Readings(folder)) Should.NotThrow(read);
    }

    [Theory]
    [InlineData("model.json", "\"l2\": 1", "\"l2\": \"strong\"", "model.json, line 6: \"estimator.linear.l2\" is to be a number")]
    [InlineData("model.json", "\"task\": \"regression\"", "\"task\": \"ranking\"", "is to be one of binary, multiClass, regression")]
    [InlineData("model.json", "\"l2\": 1", "\"l3\": 1", "\"l3\" is not known here")]
    [InlineData("model.json", "\"kind\": \"linear\",", "", "it lacks \"kind\"")]
    [InlineData("model.json", "\"l2\": 1", "\"l2\": 1, ,", "model.json, line 6:")]
    [InlineData("model.json", "\"linear\": {", "\"xgboost\": {}, \"linear\": {", "exactly one way to learn")]
    [InlineData("model.json", "\"l2\": 1", "\"l2\": -1", "estimator.linear.l2")]
    [InlineData("model.json", "\"kind\": \"linear\"", "\"kind\": \"network\"", "kind is network, and the settings are those of linear")]
    [InlineData("model.json", "\"task\": \"regression\"", "\"task\": \"binary\"", "The classes of a target are not what it says.")]
    [InlineData("model.json", "\"classes\": []", "\"classes\": [\"a\", \"b\"]", "values have no classes")]
    [InlineData("preparation.json", "\"center\":", "\"centre\":", "preparation.json")]
    [InlineData("preparation.json", "\"kind\":\"scale\"", "\"kind\":\"shift\"", "of a kind that is not known, \"shift\"")]
    [InlineData("preparation.json", "\"version\":1", "\"version\":\"1\"", "\"version\" is to be a whole number")]
    public void What_a_file_of_a_folder_should_hold_is_told_in_words(string file, string from, string to, string said)
    {
        var folder = Saved("linear");
        Rewrite(folder, file, text => text.Replace(from, to));
        var message = Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message;
        message.ShouldContain(said);
        foreach (var word in new[] { "System.", "Kiln.", "LineNumber", "BytePosition", ".NET" }) message.ShouldNotContain(word);
    }

    [Fact]
    public void A_setting_that_training_passed_over_does_not_keep_a_model_from_being_loaded()
    {
        var folder = Saved("network");
        Rewrite(folder, "model.json", text => text.Replace("\"labelSmoothing\": 0", "\"labelSmoothing\": 0.1"));
        new ModelFolder(folder).Load().Dispose();
    }

    [Theory]
    [InlineData("baseline", "weights.safetensors has no means for 1 outputs")]
    [InlineData("linear", "weights.safetensors has no coefficients for 5 features and 1 outputs")]
    [InlineData("xgboost", "booster.json is for 1 features, and the preparation makes 2")]
    [InlineData("network", "layers.0.weight")]
    public void What_another_model_learned_is_refused_with_the_folder(string kind, string said)
    {
        var (folder, other) = (Saved(kind), Path.Combine(root, "other"));
        // The baseline's are those of another target, the others' those of fewer features.
        using (var fitted = kind == "baseline" ? ModelFolderTests.Fit("linear", Houses.Rows(50, 1)) : Model.Fit(ModelFolderTests.Settings(kind), new(Prepare.Numbers("AREA")), Houses.Rows(50, 1))) fitted.Model.Save(other);
        var file = kind == "xgboost" ? "booster.json" : "weights.safetensors";
        Refused(() => File.Copy(Path.Combine(other, file), Path.Combine(folder, file), overwrite: true)).ShouldContain(said);
        Refused(() => File.WriteAllText(Path.Combine(folder, file), "not weights")).ShouldNotContain("LineNumber");

        string Refused(Action change)
        {
            Rehash(folder, file, change);
            var message = Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message;
            message.ShouldStartWith("This folder is not a model that Kiln can score with.");
            message.ShouldContain(folder);
            return message;
        }
    }

    [Theory]
    [InlineData("baseline", "means")]
    [InlineData("linear", "coefficients")]
    [InlineData("network", "network.layers.0.weight")]
    [InlineData("network", "label.scale")]
    public void Weights_that_are_no_numbers_are_refused(string kind, string tensor)
    {
        var folder = Saved(kind);
        var path = Path.Combine(folder, "weights.safetensors");
        using (var file = SafeTensors.Read(path))
        {
            file.Tensors[tensor].Fill(double.NaN);
            Rehash(folder, "weights.safetensors", () => SafeTensors.Write(path, file.Tensors, file.Metadata));
        }
        Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message.ShouldContain("is not finite");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/.")]
    [InlineData("/../saved")]
    public void A_folder_may_be_named_in_any_way(string end)
    {
        var folder = new ModelFolder(Saved("ensemble") + end);
        folder.Load().Dispose();
        folder.Describe().Kind.ShouldBe("ensemble");
    }

    [Fact]
    public void A_preparation_of_another_model_is_refused()
    {
        var (folder, other) = (Saved("linear"), Path.Combine(root, "other"));
        using (var fitted = Model.Fit(ModelFolderTests.Settings("linear"), new(Prepare.Numbers("LEVEL")), Houses.Rows(50, 1))) fitted.Model.Save(other);
        Rehash(folder, "preparation.json", () => File.Copy(Path.Combine(other, "preparation.json"), Path.Combine(folder, "preparation.json"), overwrite: true));
        Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message.ShouldContain("are of different models");
    }

    [Fact]
    public void A_manifest_that_is_none_is_told_in_words()
    {
        var folder = Saved("linear");
        File.WriteAllText(Path.Combine(folder, "manifest.json"), "{\n  \"files\": 3\n}");
        var message = Should.Throw<KilnException>(() => new ModelFolder(folder).Load()).Message;
        message.ShouldContain("manifest.json, line 2: \"files\" is to be a list");
        message.ShouldNotContain("System.");
    }

    [Fact]
    public void A_span_of_another_length_a_row_of_another_model_and_an_exposure_of_nothing_are_refused()
    {
        using var fitted = ModelFolderTests.Fit("linear", Houses.Rows(100, 1));
        var row = fitted.Model.NewRow();
        Houses.Fill(row, Houses.Columns(1, 2), 0);
        foreach (var length in new[] { 0, 2, 7 })
            Should.Throw<KilnException>(() => fitted.Model.Predict(row, new float[length])).Message.ShouldContain($"room     {length}");

        using var other = Model.Fit(ModelFolderTests.Settings("linear"), new(Prepare.Numbers("AREA", "LEVEL")), Houses.Rows(100, 1));
        var foreign = other.Model.NewRow();
        foreign.Set(0, 100.0);
        foreign.Set(1, 1.0);
        var message = Should.Throw<KilnException>(() => fitted.Model.Predict(foreign, new float[1])).Message;
        message.ShouldContain("the model reads  AREA, TOWN\n  the row has      AREA, LEVEL");

        using var again = new ModelFolder(Saved("linear")).Load();
        var (mine, theirs) = (new float[1], new float[1]);
        again.Predict(row, theirs);
        fitted.Model.Predict(row, mine);
        theirs.ShouldBe(mine, "the same model, read from its folder, takes the row too");

        using var levelled = Model.Fit(ModelFolderTests.Settings("linear"), Houses.Preparation("linear"), Examples.Of(Houses.Columns(100, 1), Houses.Price with { Exposure = "LEVEL" }));
        foreach (var exposure in new[] { 0, -1, float.NaN })
            Should.Throw<KilnException>(() => levelled.Model.Predict(row, new float[1], exposure)).Message.ShouldContain("An exposure is not a number above 0.");
    }

    [Fact]
    public void Memory_that_runs_out_while_rows_are_answered_is_told_to_people()
    {
        var settings = new EstimatorSettings { Network = new() { Own = new() { Name = "hungry" }, Training = new() { Epochs = 1, BatchSize = 32, Device = "cpu" } } };
        using var fitted = Model.Fit(settings, Houses.Preparation("linear"), Houses.Rows(64, 1), options: new() { OwnNetwork = shape => new Hungry(shape) });
        Should.Throw<KilnException>(() => fitted.Model.Predict(Houses.Columns(64, 2))).Message.ShouldContain("There is not enough memory");
    }

    /// <summary>Asks for more memory than there are addresses where there are many rows.</summary>
    sealed class Hungry : TableNetwork
    {
        readonly Linear linear;

        public Hungry(ModelShape shape)
            : base(shape.Target) => linear = AddChild("linear", new Linear(shape.Features.Length, shape.Target.Outputs));

        public override Tensor Forward(NetworkInput input)
        {
            if (input.Numbers!.Size(0) > 32) Tensor.Empty([1L << 50]).Dispose();
            return Answer(linear.Forward(input.Numbers));
        }
    }

    string Saved(string kind)
    {
        var folder = Path.Combine(root, "saved");
        using var fitted = ModelFolderTests.Fit(kind, Houses.Rows(100, 1));
        fitted.Model.Save(folder);
        return folder;
    }

    static Action[] Readings(string folder) => [() => new ModelFolder(folder).Describe(), () => new ModelFolder(folder).Load().Dispose()];

    /// <summary>Changes a file, and its hash with it, as another version of the library would have written both.</summary>
    internal static void Rewrite(string folder, string file, Func<string, string> change)
    {
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        change(text).ShouldNotBe(text);
        Rehash(folder, file, () => File.WriteAllText(path, change(text)));
    }

    internal static void Rehash(string folder, string file, Action change)
    {
        var (path, manifest) = (Path.Combine(folder, file), Path.Combine(folder, "manifest.json"));
        var before = Hash();
        change();
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(before, Hash()));

        string Hash() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
    }
}
