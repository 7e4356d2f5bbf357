namespace Kiln.Tests.Code;

/// <summary>Which edits of a solution's code change which stages.</summary>
public sealed class CodeIdentityTests
{
    /// <summary>Two stages, and what they use: <c>Fit</c> reaches most of it, <c>Count</c> only <c>Words</c>.</summary>
    const string Library = """
        namespace Lab;
        public interface IScore { double Of(double x); }
        public abstract class Rule : IScore { public abstract double Of(double x); public virtual double Weight => 1; }
        public sealed class Steep : Rule { public override double Of(double x) => x * 3; public override double Weight => 2; }
        public sealed class Flat : Rule { public override double Of(double x) => x / 3; }
        public sealed class Unused : Rule { public override double Of(double x) => 0; }
        public sealed class Plain : IScore { public double Of(double x) => x + 1; }
        public static class Words
        {
            public const int Limit = 7;
            public static readonly int[] Table = [2, 3, 5, 7, 11];
            public static readonly string Greeting = "hello" + Table.Length;
            public static int Count(string text) => Split(text).Count();
            static IEnumerable<string> Split(string text) { foreach (var part in text.Split(' ')) { var trimmed = part.Trim(); if (trimmed.Length > 0) yield return trimmed; } }
        }
        public static class Far { public static double Off(double x) => Further.Off(x) + 1; }
        public static class Further { public static double Off(double x) => Furthest.Off(x) * 2; }
        public static class Furthest { public static double Off(double x) => Math.Sqrt(x); }
        public static class Maker { public static T Make<T>() where T : new() => new T(); public static object Of(Type type) => Activator.CreateInstance(type)!; }
        public sealed class Made { public double Value = 4; }
        public sealed class Named { public double Value { get; set; } = 5; }
        public enum Kind { Low = 1, High = 2 }
        public static class Later { public static async Task<int> Wait(int n) { var doubled = n * 2; await Task.Yield(); return doubled + n; } }
        public static class Lambdas { public static int Sum(int[] all, int least) { int Twice(int n) => n > 100 ? Twice(n - 1) : 2 * n; return all.Where(n => n > least).Select(n => Twice(n)).Sum(); } }
        public record Settings { [System.ComponentModel.DataAnnotations.CustomValidation(typeof(Least), "Check")] public double Rate { get; init; } = 0.5; }
        [System.Text.Json.Serialization.JsonConverter(typeof(OfShape))] public class Shape { public double Size = 1; }
        public sealed class OfShape : System.Text.Json.Serialization.JsonConverter<Shape>
        {
            public override Shape Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => new Shape { Size = reader.GetDouble() * 6 };
            public override void Write(System.Text.Json.Utf8JsonWriter writer, Shape value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNumberValue(value.Size);
        }
        public static class Least { public static System.ComponentModel.DataAnnotations.ValidationResult? Check(double rate) => rate > 0.1 ? null : new("too low"); }
        public sealed class Inner { [System.Runtime.CompilerServices.UnsafeAccessor(System.Runtime.CompilerServices.UnsafeAccessorKind.Method, Name = "Hidden")] public static extern int Look(Secret secret); }
        public sealed class Secret { int Hidden() => 17; int Another() => 18; }
        public static class Explicit { static readonly double Start; static Explicit() { Start = 9; } public static double Get() => Start; }
        """;

    const string Stages = """
        using Lab;
        namespace Pipe;
        public sealed class Fit(Settings settings) : Stage
        {
            public Output<PlainFile> Model { get; } = new("fit.txt");
            protected override async Task RunAsync(StageRun run)
            {
                Rule rule = settings.Rate > 1 ? new Steep() : new Flat();
                IScore plain = new Plain();
                var total = rule.Of(1) + rule.Weight + plain.Of(2) + Far.Off(3) + Maker.Make<Made>().Value + Explicit.Get();
                total += Lambdas.Sum([1, 2, 3], 1) + await Later.Wait(2) + Words.Limit + ((Named)Maker.Of(typeof(Named))).Value;
                total += System.Text.Json.JsonSerializer.Deserialize<List<Shape>>("[2]")![0].Size + Inner.Look(new Secret());
                run.Open(Model).WriteText($"{total} {Kind.High} {Words.Greeting}");
            }
        }
        public sealed class Count : Stage
        {
            public Output<PlainFile> Words { get; } = new("count.txt");
            protected override Task RunAsync(StageRun run) { run.Open(Words).WriteText(Lab.Words.Count("a b").ToString()); return Task.CompletedTask; }
        }
        """;

    static readonly Lazy<(string Fit, string Count)> Before = new(() => Hashes(Library, Stages));

    [Theory]
    [InlineData("", "public const int Limit = 7;\n    public static readonly int[] Table = [2, 3, 5, 7, 11];", "public static readonly int[] Table = [2, 3, 5, 7, 11];\n    public const int Limit = 7;")] // fields in another order
    [InlineData("", "public static class Far {", "public static class Far { public static double Near(double x) => x;")] // a member before those that are used
    [InlineData("Fit", "rule.Weight + plain", "rule.Weight - plain")] // its own body
    [InlineData("Fit", "Math.Sqrt(x)", "Math.Cbrt(x)")] // three calls away
    [InlineData("Fit", "n > least", "n >= least")] // a lambda
    [InlineData("Fit", "2 * n;", "3 * n;")] // a local function that calls itself
    [InlineData("Fit", "return doubled + n", "return doubled - n")] // an async state machine
    [InlineData("Count", "trimmed.Length > 0", "trimmed.Length > 1")] // an iterator
    [InlineData("Fit", "{ Start = 9; }", "{ Start = 8; }")] // a static constructor
    [InlineData("Fit", "\"hello\"", "\"goodbye\"")] // a static field's initializer
    [InlineData("Fit", "[2, 3, 5, 7, 11]", "[2, 3, 5, 7, 13]")] // the data behind one
    [InlineData("Fit", "Limit = 7", "Limit = 8")] // a constant
    [InlineData("Fit", "x * 3", "x * 4")] // an override by a virtual call
    [InlineData("Fit", "Weight => 2", "Weight => 3")] // an overridden property
    [InlineData("Fit", "Weight => 1", "Weight => 1.5")] // what it overrides
    [InlineData("Fit", "x + 1;", "x + 2;")] // an implementation by a call of an interface
    [InlineData("Fit", "Value = 4", "Value = 5")] // what a generic makes
    [InlineData("Fit", "= 5;", "= 6;")] // what typeof leads to
    [InlineData("Fit", "High = 2", "High = 3, Top = 2")] // an enum's names
    [InlineData("Fit", "Rate { get; init; } = 0.5", "Rate { get; init; } = 0.25")] // a settings record's default
    [InlineData("Fit", "GetDouble() * 6", "GetDouble() * 7")] // the converter that a type's attribute names
    [InlineData("Fit", "rate > 0.1", "rate > 0.2")] // the validator that a setting's attribute names
    [InlineData("Fit", "Hidden() => 17", "Hidden() => 19")] // what an accessor reaches by its name
    [InlineData("Fit", "Name = \"Hidden\"", "Name = \"Another\"")]
    [InlineData("", "x) => 0;", "x) => 1;")] // an override in a class that nobody makes
    [InlineData("", "var doubled = n * 2; await Task.Yield(); return doubled + n", "var twofold = n * 2; await Task.Yield(); return twofold + n")] // a renamed local that a state machine holds
    [InlineData("", "foreach (var part in text.Split(' ')) { var trimmed = part.Trim(); if (trimmed.Length > 0) yield return trimmed; }", "foreach (var piece in text.Split(' ')) { var bare = piece.Trim(); if (bare.Length > 0) yield return bare; }")]
    [InlineData("", "var total =", "/* a comment */\n\n var total =")]
    [InlineData("", "Where(n => n > least).Select(n => Twice(n))", "Where(m => m > least).Select(k => Twice(k))")]
    [InlineData("", "public static int Sum(", "static Func<int, int> Another(int k) => n => n + k; static async Task<int> Odd() { await Task.Yield(); return 3; } public static int Sum(")] // members before, with lambdas and machines of their own
    [InlineData("", "public static int Count(string text)", "public static readonly string Farewell = \"bye\"; static IEnumerable<int> Ones() { yield return 1; } public static int Count(string text)")]
    [InlineData("", "public static readonly int[] Table", "public static readonly double[] Others = [0.5, 0.25, 0.125, 3]; public static readonly int[] Table")]
    [InlineData("", "public interface IScore", "public sealed class Newcomer : Rule { public override double Of(double x) => 11; } public interface IScore")]
    [InlineData("", "public sealed class Count : Stage", "public sealed class Third : Stage { protected override Task RunAsync(StageRun run) => Task.FromResult(new Func<int, int>(n => n)); } public sealed class Count : Stage")]
    public void An_edit_changes_the_stages_that_reach_it_and_no_others(string changed, string from, string to)
    {
        (Library + Stages).Split(from).Length.ShouldBeGreaterThan(1, $"nothing to edit: {from}");
        var after = Hashes(Library.Replace(from, to), Stages.Replace(from, to));
        string.Join(' ', new[] { after.Fit != Before.Value.Fit ? "Fit" : "", after.Count != Before.Value.Count ? "Count" : "" }.Where(name => name.Length > 0)).ShouldBe(changed);
    }

    [Fact]
    public void Files_and_types_may_move()
    {
        var lines = Library.Split('\n');
        var (first, rest) = (lines[..1], lines[1..]);
        using var solution = new CompiledSolution()
            .Add("Lab", ("far/away.cs", string.Join('\n', first.Concat(rest.SkipWhile(line => !line.StartsWith("public static class Far", StringComparison.Ordinal))))),
                ("near.cs", string.Join('\n', first.Concat(rest.TakeWhile(line => !line.StartsWith("public static class Far", StringComparison.Ordinal))))))
            .Add("Pipelines", ("elsewhere/stages.cs", Stages));
        solution.Closure("Pipe.Fit").Listing.Hash.ToString().ShouldBe(Before.Value.Fit);
        solution.Closure("Pipe.Count").Listing.Hash.ToString().ShouldBe(Before.Value.Count);
    }

    [Fact]
    public void A_native_library_is_followed_to_where_it_is_declared()
    {
        const string native = "public static class Native { [System.Runtime.InteropServices.DllImport(\"shim\")] static extern double root(double x); public static double Root(double x) => root(x); }";
        using var solution = new CompiledSolution()
            .Add("Lab", ("lab.cs", Library.Replace("Math.Sqrt(x)", "Native.Root(x)") + "[UsesLibrary(\"torch/shim.so\", \"SHIM\")] " + native))
            .Add("Pipelines", ("stages.cs", Stages));
        solution.Closure("Pipe.Fit").Libraries.ShouldHaveSingleItem().Path.ShouldBe("torch/shim.so");
        solution.Closure("Pipe.Count").Libraries.ShouldBeEmpty();
    }

    static (string Fit, string Count) Hashes(string library, string stages)
    {
        using var solution = new CompiledSolution().Add("Lab", ("lab.cs", library)).Add("Pipelines", ("stages.cs", stages));
        return (solution.Closure("Pipe.Fit").Listing.Hash.ToString(), solution.Closure("Pipe.Count").Listing.Hash.ToString());
    }
}
