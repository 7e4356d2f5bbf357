using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Tests.Learning.Training;
using Kiln.Torch;

namespace Kiln.Tests.Learning.Models;

[Collection(SerialTraining.Name)]
public sealed class ModelFolderTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("kiln-models-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    public static TheoryData<string> Kinds => ["baseline", "linear", "xgboost", "network", "ftTransformer", "ensemble"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_answers_the_same_from_its_folder_alone_in_a_batch_and_row_by_row(string kind)
    {
        var rows = Houses.Rows(300, 1);
        using var fitted = Fit(kind, rows);
        var folder = new ModelFolder(Path.Combine(root, "model"));
        folder.Write(fitted.Model);
        using var loaded = folder.Load();

        var test = Houses.Columns(50, 2);
        var expected = fitted.Model.Predict(test).Values.ToArray();
        loaded.Predict(test).Values.ToArray().ShouldBe(expected);
        var row = loaded.NewRow();
        var answer = new float[1];
        for (var number = 0; number < 50; number++)
        {
            Houses.Fill(row, test, number);
            loaded.Predict(row, answer);
            // Kernels add up in another order where there is one row.
            answer[0].ShouldBe(expected[number], 1e-4f * MathF.Max(1, MathF.Abs(expected[number])));
        }
        ModelFolder.Summarize(folder).ShouldStartWith(kind == "ftTransformer" ? "network, " : kind + ", ");
        if (kind != "baseline") Measures.Compute(Measure.R2, loaded.Predict(test), Houses.Rows(50, 2).Labels.Span).ShouldBeGreaterThan(0.8);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Equal_fits_write_equal_bytes(string kind)
    {
        foreach (var name in new[] { "one", "other" })
        {
            using var fitted = Fit(kind, Houses.Rows(300, 1));
            fitted.Model.Save(Path.Combine(root, name));
        }
        foreach (var file in Directory.GetFiles(Path.Combine(root, "one"), "*", SearchOption.AllDirectories))
            File.ReadAllBytes(Path.Combine(root, "other", Path.GetRelativePath(Path.Combine(root, "one"), file))).ShouldBe(File.ReadAllBytes(file), file);
        ModelFolder.FirstDifference(new(Path.Combine(root, "one")), new(Path.Combine(root, "other"))).ShouldBeNull();
    }

    [Fact]
    public void A_changed_byte_anywhere_is_refused()
    {
        var folder = Path.Combine(root, "model");
        using (var fitted = Fit("ensemble", Houses.Rows(100, 1))) fitted.Model.Save(folder);
        var random = new Random(3);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var whole = File.ReadAllBytes(file);
            for (var trial = 0; trial < 40; trial++)
            {
                var damaged = (byte[])whole.Clone();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, damaged);
                Should.Throw<KilnException>(() => new ModelFolder(folder).Load(), file);
            }
            File.WriteAllBytes(file, whole[..^1]);
            Should.Throw<KilnException>(() => new ModelFolder(folder).Load(), file);
            File.Delete(file);
            Should.Throw<KilnException>(() => new ModelFolder(folder).Load(), file).Message.ShouldContain(Path.GetFileName(file));
            File.WriteAllBytes(file, whole);
        }
        new ModelFolder(folder).Load().Dispose();
        Should.Throw<KilnException>(() => new ModelFolder(root).Load()).Message.ShouldContain("no manifest.json");
    }

    [Fact]
    public void Columns_that_are_missing_or_hold_something_else_are_refused_by_their_names()
    {
        using var fitted = Fit("linear", Houses.Rows(100, 1));
        var rows = Houses.Columns(5, 2);
        Refused(rows.Columns.RemoveAt(0), "AREA");
        Refused(rows.Columns.SetItem(0, Column.Texts("AREA", new string?[5])), "AREA");
        Refused(rows.Columns.SetItem(1, Column.Of<long>("TOWN", new long[5])), "TOWN");

        void Refused(System.Collections.Immutable.ImmutableArray<Column> columns, string name) =>
            Should.Throw<KilnException>(() => fitted.Model.Predict(TableColumns.Of(columns))).Message.ShouldContain(name);
    }

    [Fact]
    public void A_column_that_the_model_does_not_know_changes_nothing()
    {
        using var fitted = Fit("linear", Houses.Rows(100, 1));
        var rows = Houses.Columns(5, 2);
        fitted.Model.Predict(TableColumns.Of(rows.Columns.Add(Column.Of<long>("MORE", new long[5])))).Values.ToArray().ShouldBe(fitted.Model.Predict(rows).Values.ToArray());
    }

    [Fact]
    public void Values_may_be_learned_transformed_and_by_their_exposure()
    {
        foreach (var transform in Enum.GetValues<TargetTransform>())
        {
            var target = Houses.Price with { Transform = transform, Exposure = "LEVEL" };
            var rows = Examples.Of(Houses.Columns(400, 1), target);
            using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 80, LearningRate = 0.1 } }, Houses.Preparation("xgboost"), rows);
            fitted.Model.Save(Path.Combine(root, transform.ToString()));
            using var loaded = new ModelFolder(Path.Combine(root, transform.ToString())).Load();
            var test = Houses.Columns(100, 2);
            Measures.Compute(Measure.R2, loaded.Predict(test), target.Read(test)).ShouldBeGreaterThan(0.9, transform.ToString());
            Should.Throw<KilnException>(() => loaded.Predict(TableColumns.Of(test.Columns.RemoveAt(2)))).Message.ShouldContain("LEVEL");
        }
    }

    [Fact]
    public void Rows_that_cannot_be_learned_from_are_refused_with_the_reason()
    {
        var target = Target.Binary("TOWN", "a", "b");
        var columns = TableColumns.Of(Column.Of<double>("AREA", new double[] { 1, 2, 3 }), Column.Texts("TOWN", new string?[] { "a", "a", "a" }));
        Should.Throw<KilnException>(() => Fit(Examples.Of(columns, target))).Message.ShouldContain("all of one class");
        Should.Throw<KilnException>(() => Fit(Examples.Of(columns.Take([]), target))).Message.ShouldContain("no training rows");
        Should.Throw<KilnException>(() => Examples.Of(columns, Target.Binary("TOWN", "x", "y"))).Message.ShouldContain("not one of the classes");
        Should.Throw<KilnException>(() => Examples.Of(TableColumns.Of(Column.Texts("TOWN", new string?[] { "a", null })), target)).Message.ShouldContain("no label");
        Should.Throw<KilnException>(() => Examples.Of(TableColumns.Of(Column.Of<double>("Y", new[] { 1, double.PositiveInfinity })), Target.Regression("Y"))).Message.ShouldContain("not a finite number");
        Should.Throw<KilnException>(() => Examples.Of(TableColumns.Of(Column.Of<double>("Y", new[] { 1, 1e300 })), Target.Regression("Y"))).Message.ShouldContain("A label does not fit single precision");
        Should.Throw<KilnException>(() => Examples.Of(columns, Target.MultiClass("TOWN", "a", "a"))).Message.ShouldContain("not what it says");
        Should.Throw<KilnException>(() => Examples.Of(columns, Target.Binary("TOWN", "a", "a"))).Message.ShouldContain("not what it says");

        static FitOutcome Fit(Examples examples) => Model.Fit(new() { Linear = new() }, new(Prepare.Numbers("AREA")), examples);
    }

    [Fact]
    public void A_network_of_ones_own_is_trained_saved_and_loaded()
    {
        var settings = new EstimatorSettings { Network = new() { Own = new() { Name = "squares" }, Training = new() { Epochs = 60, LearningRate = 0.01, Device = "cpu" } } };
        using var fitted = Model.Fit(settings, Houses.Preparation("linear"), Houses.Rows(300, 1), options: new() { OwnNetwork = shape => new Squares(shape) });
        fitted.Model.Save(Path.Combine(root, "model"));
        var test = Houses.Columns(50, 2);
        Measures.Compute(Measure.R2, fitted.Model.Predict(test), Houses.Rows(50, 2).Labels.Span).ShouldBeGreaterThan(0.8);

        using var loaded = new ModelFolder(Path.Combine(root, "model")).Load(shape => new Squares(shape));
        loaded.Predict(test).Values.ToArray().ShouldBe(fitted.Model.Predict(test).Values.ToArray());
        Should.Throw<KilnException>(() => new ModelFolder(Path.Combine(root, "model")).Load()).Message.ShouldContain("squares");
        Should.Throw<KilnException>(() => Model.Fit(settings, Houses.Preparation("linear"), Houses.Rows(300, 1))).Message.ShouldContain("squares");
    }

    /// <summary>A linear layer over each number and its square.</summary>
    sealed class Squares : TableNetwork
    {
        readonly Linear linear;

        public Squares(ModelShape shape)
            : base(shape.Target) => linear = AddChild("linear", new Linear(2 * shape.Features.Length, shape.Target.Outputs));

        public override Tensor Forward(NetworkInput input)
        {
            using var scope = new TensorScope();
            return scope.Keep(Answer(linear.Forward(Tensor.Cat([input.Numbers!, input.Numbers!.Pow(2)], 1))));
        }
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "wanted   [64]")]
    public void A_network_of_ones_own_that_keeps_a_dimension_answers_all_the_same_and_another_shape_is_refused(int width, string? refused)
    {
        var settings = new EstimatorSettings { Network = new() { Own = new() { Name = "column" }, Training = new() { Epochs = 40, LearningRate = 0.05, Device = "cpu" } } };
        var options = new FitOptions { OwnNetwork = shape => new OneColumn(shape, width) };
        if (refused is not null)
        {
            Should.Throw<KilnException>(() => Model.Fit(settings, Houses.Preparation("linear"), Houses.Rows(300, 1), options: options)).Message.ShouldContain(refused);
            return;
        }
        using var fitted = Model.Fit(settings, Houses.Preparation("linear"), Houses.Rows(300, 1), options: options);
        Measures.Compute(Measure.R2, fitted.Model.Predict(Houses.Columns(50, 2)), Houses.Rows(50, 2).Labels.Span).ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void Examples_are_held_to_their_lengths_and_ranges()
    {
        var rows = Examples.Of(TableColumns.Of(Column.Of<double>("X", new double[] { 1, 2, 3, 4 }), Column.Of<long>("Y", new long[] { 0, 1, 0, 1 })), Target.Binary("Y"));
        Refused(rows with { Labels = new float[] { 0, 1 } }, "differ in number");
        Refused(rows with { Labels = new float[] { 0, 1, 2, 1 } }, "not one of the classes");
        Refused(rows with { Labels = new float[] { 0, 1, -1, 1 } }, "not one of the classes");
        Refused(rows with { Weights = new float[3] }, "differ in number");
        Refused(rows with { Weights = new float[4] }, "weigh nothing");
        Should.Throw<KilnException>(() => Model.Fit(new() { Linear = new() }, new(Prepare.Numbers("X")), rows, Houses.Rows(5, 1))).Message.ShouldContain("another target");

        static void Refused(Examples rows, string reason) =>
            Should.Throw<KilnException>(() => Model.Fit(new() { Linear = new() }, new(Prepare.Numbers("X")), rows)).Message.ShouldContain(reason);
    }

    sealed class OneColumn : TableNetwork
    {
        readonly Linear linear;

        public OneColumn(ModelShape shape, int width)
            : base(shape.Target) => linear = AddChild("linear", new Linear(shape.Features.Length, width));

        public override Tensor Forward(NetworkInput input) => linear.Forward(input.Numbers!);
    }

    [Fact]
    public void A_folder_that_holds_something_is_not_written_over()
    {
        using var fitted = Fit("baseline", Houses.Rows(10, 1));
        File.WriteAllText(Path.Combine(root, "mine"), "work");
        Should.Throw<KilnException>(() => fitted.Model.Save(root)).Message.ShouldContain("empty folder");
        File.ReadAllText(Path.Combine(root, "mine")).ShouldBe("work");
    }

    internal static FitOutcome Fit(string kind, Examples rows) => Model.Fit(Settings(kind), Houses.Preparation(kind), rows);

    internal static EstimatorSettings Settings(string kind) => kind switch
    {
        "baseline" => new() { Baseline = new() },
        "linear" => new() { Linear = new() },
        "xgboost" => new() { Xgboost = new() { Rounds = 60, LearningRate = 0.1 } },
        "ensemble" => new() { Ensemble = new() { Members = [new() { Linear = new(), Weight = 2 }, new() { Linear = new() { L2 = 10 } }] } },
        "network" => new() { Network = new() { FeedForward = new() { Hidden = [32], Dropout = 0 }, Training = new() { Epochs = 60, LearningRate = 0.01, Device = "cpu" } } },
        _ => new() { Network = new() { FtTransformer = new() { Blocks = 1, Dimensions = 16, Heads = 2 }, Training = new() { Epochs = 40, LearningRate = 0.01, Device = "cpu" } } },
    };
}
