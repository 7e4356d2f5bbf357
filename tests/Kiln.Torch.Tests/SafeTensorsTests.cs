using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Kiln.Torch;

namespace Kiln.Tests.Torch;

public sealed class SafeTensorsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kiln-safetensors-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_first_value_that_differs_is_told_with_its_place_and_both_values()
    {
        using var scope = new TensorScope();
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.UInt8])
        {
            var (one, other) = (Path.Combine(folder, $"{type}.one"), Path.Combine(folder, $"{type}.other"));
            SafeTensors.Write(one, new Dictionary<string, Tensor> { ["same"] = Tensor.Arange(0, 3), ["weight"] = Tensor.Arange(0, 6).To(type).Reshape(2, 3) });
            SafeTensors.Write(other, new Dictionary<string, Tensor> { ["same"] = Tensor.Arange(0, 3), ["weight"] = (Tensor.Arange(0, 6) + Tensor.Arange(0, 6)).To(type).Reshape(2, 3) });

            var difference = TensorDifference.First(one, other).ShouldNotBeNull();

            (difference.Tensor, difference.One, difference.Other).ShouldBe(("weight", 1.0, 2.0), type.ToString());
            difference.Index.ShouldBe([0, 1]);
            TensorDifference.First(one, one).ShouldBeNull();
            TensorDifference.First(one, other, tolerance: 1).ShouldBeNull(); // 1 apart at 1; 5 apart at 5, relative 1
            TensorDifference.First(one, other, tolerance: 0.5).ShouldNotBeNull();
        }
    }

    [Fact]
    public void Tensors_that_only_one_file_has_or_of_another_shape_are_told()
    {
        using var scope = new TensorScope();
        var (one, other, shaped) = (Path.Combine(folder, "one"), Path.Combine(folder, "other"), Path.Combine(folder, "shaped"));
        SafeTensors.Write(one, new Dictionary<string, Tensor> { ["a"] = Tensor.Arange(0, 6) });
        SafeTensors.Write(other, new Dictionary<string, Tensor> { ["a"] = Tensor.Arange(0, 6), ["b"] = Tensor.Arange(0, 2) });
        SafeTensors.Write(shaped, new Dictionary<string, Tensor> { ["a"] = Tensor.Arange(0, 6).Reshape(2, 3) });

        TensorDifference.First(one, other).ShouldNotBeNull().ToString().ShouldBe("tensor b is only in one");
        TensorDifference.First(other, one).ShouldNotBeNull().ToString().ShouldBe("tensor b is only in one");
        TensorDifference.First(one, shaped).ShouldNotBeNull().ToString().ShouldBe("tensor a has another type or shape");
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var path = Path.Combine(folder, "round.safetensors");
        using var scope = new TensorScope();
        var all = Enum.GetValues<ScalarType>().ToDictionary(type => $"of {type}", type => Tensor.Arange(0, 6).To(type).Reshape(2, 3));
        all.Add("nothing", Tensor.Empty([0, 4]));
        all.Add("number", Tensor.Scalar(Math.PI, ScalarType.Float64));
        all.Add("turned", Tensor.Arange(0, 6).Reshape(2, 3).Transpose(0, 1));
        SafeTensors.Write(path, all, new Dictionary<string, string> { ["note"] = "Ünïcode \"quoted\"" });

        using var file = SafeTensors.Read(path);
        file.Tensors.Keys.Order().ShouldBe(all.Keys.Order());
        foreach (var (name, tensor) in all) file.Tensors[name].SameAs(tensor).ShouldBeTrue(name);
        file.Metadata["note"].ShouldBe("Ünïcode \"quoted\"");
        SafeTensors.ReadMetadata(path).ShouldBe(file.Metadata);
        File.Exists(path + ".new").ShouldBeFalse();
    }

    [Fact]
    public void The_first_tensor_and_element_that_differ_are_named()
    {
        using var scope = new TensorScope();
        var numbers = Enumerable.Range(0, 70_000).Select(i => (float)i).ToArray();
        string Write(string name, float[] values, string type, params string[] further)
        {
            var path = Path.Combine(folder, name);
            var tensors = new Dictionary<string, Tensor> { ["a"] = Tensor.Ones([2, 3]), ["b"] = Tensor.From(values).Reshape(7, 10_000) };
            foreach (var extra in further) tensors.Add(extra, Tensor.Ones([1]));
            SafeTensors.Write(path, tensors, new Dictionary<string, string> { ["type"] = type });
            return path;
        }

        var one = Write("one", numbers, "x");
        SafeTensors.FirstDifference(one, one).ShouldBeNull();
        SafeTensors.FirstDifference(one, Write("noted", numbers, "another")).ShouldBeNull();
        numbers[54_321] += 1;
        SafeTensors.FirstDifference(one, Write("other", numbers, "a longer header moves the data")).ShouldBe("tensor b at [5, 4321]");
        SafeTensors.FirstDifference(one, Write("more", [.. numbers[..54_321], 54_321, .. numbers[54_322..]], "x", "c")).ShouldBe("tensor c is only in one");
        Should.Throw<TorchException>(() => SafeTensors.FirstDifference(one, Environment.ProcessPath!));
    }

    [Fact]
    public void Equal_content_gives_equal_bytes_whatever_the_order()
    {
        using var one = Tensor.Ones([3]);
        using var two = Tensor.Ones([2], ScalarType.Int64);
        var forward = Bytes(new() { ["a"] = one, ["b"] = two }, new() { ["x"] = "1", ["y"] = "2" });
        var backward = Bytes(new() { ["b"] = two, ["a"] = one }, new() { ["y"] = "2", ["x"] = "1" });
        forward.ShouldBe(backward);
    }

    [PythonFact]
    public void Python_reads_what_is_written()
    {
        var path = Path.Combine(folder, "for-python.safetensors");
        using var weights = Tensor.From<float>([1.5f, -2, 0.25f, 8], [2, 2]);
        using var counts = Tensor.From<long>(7, 1L << 40);
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["weights"] = weights, ["counts"] = counts });
        const string program = """
            import json, struct, sys
            data = open(sys.argv[1], "rb").read()
            n, = struct.unpack_from("<Q", data)
            header = json.loads(data[8:8 + n])
            for name, code in (("weights", "4f"), ("counts", "2q")):
                begin, end = header[name]["data_offsets"]
                print(name, header[name]["dtype"], header[name]["shape"], struct.unpack("<" + code, data[8 + n + begin:8 + n + end]))
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", program, path]) { RedirectStandardOutput = true })!;
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        output.ShouldBe("weights F32 [2, 2] (1.5, -2.0, 0.25, 8.0)\ncounts I64 [2] (7, 1099511627776)\n");
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "prescribes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "the file holds 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "the file holds 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "8 is next")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "0 is next")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "negative size")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""", 8, "negative size")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "prescribes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "offsets are 8 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type F33")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "prescribes")]
    [InlineData("""{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", 8, "prescribes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"run":"rm"}}""", 8, "exactly dtype, shape and data_offsets")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "prescribes")]
    [InlineData("""[1,2]""", 0, "prescribes")]
    [InlineData("""{"a":""", 0, "prescribes")]
    public void A_header_that_lies_is_refused(string header, int dataBytes, string reason)
    {
        var json = Encoding.UTF8.GetBytes(header);
        Refused([.. Length((ulong)json.Length), .. json, .. new byte[dataBytes]], reason);
    }

    [Fact]
    public void A_length_beyond_the_file_is_refused()
    {
        Refused([1, 2, 3], "it has 3 bytes");
        Refused([.. Length(ulong.MaxValue), 1, 2], "the header claims");
        Refused([.. Length(3), 1, 2], "the header claims");
    }

    static void Refused(byte[] content, string reason)
    {
        using var tracker = TensorTracker.Start();
        var error = Should.Throw<TorchException>(() => SafeTensors.Read(new MemoryStream(content), "bad.safetensors"));
        error.Message.ShouldContain("bad.safetensors");
        error.Message.ShouldContain(reason);
        tracker.Live.ShouldBeEmpty();
    }

    static byte[] Length(ulong length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return bytes;
    }

    static byte[] Bytes(Dictionary<string, Tensor> tensors, Dictionary<string, string> metadata)
    {
        var stream = new MemoryStream();
        SafeTensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
