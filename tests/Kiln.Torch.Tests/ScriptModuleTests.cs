using System.IO.Compression;
using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class ScriptModuleTests
{
    static readonly string scripted = Saved("scripted");

    [Theory]
    [InlineData("scripted")]
    [InlineData("traced")]
    [InlineData("tied")]
    public void Outputs_gradients_and_buffers_agree_with_PyTorch(string name)
    {
        using var scope = new TensorScope();
        using var module = ScriptModule.Load(Saved(name));
        var y = Step(module, name);
        y.ShouldAgreeWith(PyTorchValues.Get($"{name}/y"));
        foreach (var (parameter, tensor) in module.NamedParameters().Where(named => named.Tensor.RequiresGrad))
            tensor.Grad!.ShouldAgreeWith(PyTorchValues.Get($"{name}/grad/{parameter}"));
        foreach (var (buffer, tensor) in module.NamedBuffers()) tensor.ShouldAgreeWith(PyTorchValues.Get($"{name}/after/{buffer}"));
    }

    [Fact]
    public void It_computes_the_same_however_often_it_has_run()
    {
        using var scope = new TensorScope();
        using var module = ScriptModule.Load(scripted);
        // The interpreter compiles anew after the first runs, by what it saw in them.
        for (var run = 0; run < 6; run++)
        {
            module.ZeroGrad();
            Step(module, "scripted").ShouldAgreeWith(PyTorchValues.Get("scripted/y"));
            module.StateDict()["layers.0.weight"].Grad!.ShouldAgreeWith(PyTorchValues.Get("scripted/grad/layers.0.weight"));
        }
    }

    [Fact]
    public void Parameters_and_buffers_have_their_names_and_what_was_frozen_stays_so()
    {
        using var module = ScriptModule.Load(scripted);
        var expected = PyTorchValues.Under("scripted/state/");
        var state = module.StateDict();
        state.Keys.Order().ShouldBe(expected.Keys.Order());
        foreach (var (name, tensor) in state) tensor.SameAs(expected[name]).ShouldBeTrue(name);
        state["frozen"].RequiresGrad.ShouldBeFalse();
        state["layers.0.weight"].RequiresGrad.ShouldBeTrue();
        module.NamedBuffers().Select(named => named.Name).ShouldContain("shift");
    }

    [Fact]
    public void Inference_uses_the_running_statistics_and_default_arguments_can_be_given()
    {
        using var scope = new TensorScope();
        using var module = ScriptModule.Load(scripted);
        Step(module, "scripted");
        module.Eval();
        var y = module.Call("forward", PyTorchValues.Get("scripted/x"), 0.5);
        y.ShouldAgreeWith(PyTorchValues.Get("scripted/y.eval"));
        module.Train();
        module.Call("forward", PyTorchValues.Get("scripted/x"), 0.5).AllClose(y).ShouldBeFalse();
    }

    [Fact]
    public void A_weight_of_two_layers_is_one_parameter()
    {
        using var module = ScriptModule.Load(Saved("tied"));
        module.NamedParameters().Select(named => named.Name).ShouldBe(["first.weight"]);
    }

    [Fact]
    public void A_frozen_module_scores_and_has_nothing_to_train()
    {
        using var module = ScriptModule.Load(Saved("frozen"));
        module.Train();
        module.Parameters.ShouldBeEmpty();
        using var y = module.Call("forward", PyTorchValues.Get("scripted/x"), 0.5);
        y.ShouldAgreeWith(PyTorchValues.Get("scripted/y.eval"));
    }

    [Fact]
    public void Tuples_and_dictionaries_come_back()
    {
        using var scope = new TensorScope();
        using var module = ScriptModule.Load(scripted);
        var x = Tensor.From<double>([1, 2, 3, 4], [2, 2]);
        module.CallMany("both", x).Select(tensor => tensor.Sum().Item()).ShouldBe([14, 20]);
        var named = module.CallNamed("named", x);
        named["sum"].Item().ShouldBe(10);
        named["first"].ToArray<double>().ShouldBe([1, 2]);
        module.Call("joined", x, x).Shape.ShouldBe([4, 2]);
    }

    [Fact]
    public void It_trains_and_its_state_is_saved_and_loaded()
    {
        using var scope = new TensorScope();
        using var module = ScriptModule.Load(scripted);
        using var optimizer = new AdamW(module.Parameters, 0.05);
        using var loss = new MSELoss();
        var (x, target) = (PyTorchValues.Get("scripted/x"), PyTorchValues.Get("scripted/y"));
        var first = 0.0;
        var last = 0.0;
        for (var step = 0; step < 30; step++)
        {
            optimizer.ZeroGrad();
            var value = loss.Forward(module.Forward(x), target * 0.5);
            value.Backward();
            optimizer.Step();
            (first, last) = (step == 0 ? value.Item() : first, value.Item());
        }
        last.ShouldBeLessThan(first / 2);

        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "state.safetensors");
        SafeTensors.Write(path, module.StateDict());
        using var again = ScriptModule.Load(scripted);
        again.LoadStateDict(SafeTensors.Read(path).Tensors);
        module.Eval();
        again.Eval();
        again.Forward(x).SameAs(module.Forward(x)).ShouldBeTrue();
    }

    [Fact]
    public void Converting_it_converts_what_it_computes_with()
    {
        using var module = ScriptModule.Load(scripted);
        module.To(ScalarType.Float32);
        module.To(Device.Cpu);
        using var x = Tensor.Ones([3, 5]);
        using var y = module.Forward(x);
        y.ScalarType.ShouldBe(ScalarType.Float32);
    }

    [Fact]
    public void Files_that_are_no_torchscript_or_cut_off_are_refused()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(scripted);
        foreach (var length in new[] { 0, 1, 100, whole.Length / 2, whole.Length - 100, whole.Length - 1 }) ShouldBeRefused($"cut-{length}.pt", whole[..length]);
        ShouldBeRefused("text.pt", "import torch"u8.ToArray());
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true)) archive.CreateEntry("state/data.pkl");
        ShouldBeRefused("state.pt", zip.ToArray());
        Should.Throw<TorchException>(() => ScriptModule.Load(Path.Combine(folder.Path, "none.pt"))).Message.ShouldContain("there is no such file");

        void ShouldBeRefused(string name, byte[] content)
        {
            var path = Path.Combine(folder.Path, name);
            File.WriteAllBytes(path, content);
            var message = Should.Throw<TorchException>(() => ScriptModule.Load(path).Dispose()).Message;
            message.ShouldContain($"file    {path}");
            message.ShouldContain("torch.jit.script");
            message.Split('\n').Length.ShouldBeLessThan(8, message);
        }
    }

    [Fact]
    public void A_missing_method_wrong_inputs_and_wrong_results_say_what_there_is()
    {
        using var module = ScriptModule.Load(scripted);
        using var x = Tensor.Ones([2, 7], ScalarType.Float64);
        using var vector = Tensor.Ones([2], ScalarType.Float64);
        Message(() => module.Call("predict", x)).ShouldContain("forward(Tensor x, float scale=2.) -> Tensor");
        var shapes = Message(() => module.Forward(x));
        shapes.ShouldContain("mat1 and mat2 shapes cannot be multiplied (2x7 and 5x8)");
        shapes.ShouldContain("given   Float64 [2, 7] on cpu");
        shapes.ShouldNotContain("Traceback");
        Message(() => module.Call("forward")).ShouldContain("x");
        Message(() => module.Call("forward", "text")).ShouldContain("Tensor");
        Message(() => module.Call("forward", x, 1.0, 2.0)).ShouldContain("too many arguments");
        Message(() => module.CallMany("count", vector)).ShouldContain("reason  builtins.ValueError: rows and columns, please\nGive");
        Message(() => module.Call("count", x)).ShouldContain("result  Int");
        Message(() => module.Call("both", x)).ShouldContain("result  Tensor, Tensor");
        Message(() => module.CallNamed("both", x)).ShouldContain("names with tensors");

        static string Message(Action action) => Should.Throw<TorchException>(action).Message;
    }

    [Fact]
    public void A_disposed_module_says_so_and_leaves_nothing_behind()
    {
        using var tracker = TensorTracker.Start();
        var module = ScriptModule.Load(scripted);
        using var x = Tensor.Ones([2, 5], ScalarType.Float64);
        module.Forward(x).Dispose();
        module.Dispose();
        tracker.Live.Length.ShouldBe(1);
        Should.Throw<TorchException>(() => module.Forward(x)).Message.ShouldContain("disposed");
    }

    static string Saved(string name) => Path.Combine(AppContext.BaseDirectory, "PyTorch", name + ".pt");

    static Tensor Step(ScriptModule module, string name)
    {
        var y = module.Forward(PyTorchValues.Get($"{name}/x"));
        (y * PyTorchValues.Get($"{name}/weight")).Sum().Backward();
        return y;
    }
}
