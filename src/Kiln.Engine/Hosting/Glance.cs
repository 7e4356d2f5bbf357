using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>
/// The answer to a command line under which there was nothing to do, with everything that was looked at to find that out. A start with the
/// same command line compares stamps and is done: while none differs, looking again would end the same. Nothing here is
/// trusted that a stamp does not vouch for, and nothing is answered but "nothing changed".
/// </summary>
sealed class Glance
{
    const string Format = "kiln glance 2";

    /// <summary>How many command lines are kept in mind.</summary>
    const int MostKept = 32;

    /// <summary>Whether the closing table is printed.</summary>
    public required bool IsPrinted { get; init; }

    /// <summary>The closing table's rows, without colour and with it.</summary>
    public required (string Plain, string Coloured) Table { get; init; }

    /// <summary>How many stages ended how, for the last line.</summary>
    public required string Counts { get; init; }

    /// <summary>Answers the command line if everything is as it was.</summary>
    public static bool TryAnswer(string[] arguments, string workspace)
    {
        var clock = Stopwatch.StartNew();
        if (WorkspaceOf(arguments, workspace) is not { } root) return false;
        var path = PathOf(new Workspace(root), arguments);
        if (!File.Exists(path)) return false;
        try
        {
            if (Read(File.ReadAllBytes(path), KeyOf(new Workspace(root), arguments)) is not { } glance) return false;
            if (!glance.IsPrinted) return true;
            var style = Style.For(!Console.IsOutputRedirected);
            if (!glance.Fits(style)) return false; // the long way lays the table out anew
            glance.Print(clock.Elapsed, style);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return false; // not for reading, or of another version: the long way tells what there is to tell
        }
    }

    /// <param name="workspace">The workspace.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="witnesses">What was looked at.</param>
    /// <param name="begun">When looking began, in nanoseconds since 1970.</param>
    /// <returns>Why there is nothing to leave, or null.</returns>
    public string? Leave(Workspace workspace, string[] arguments, IEnumerable<Witness> witnesses, long begun)
    {
        var all = new HashSet<Witness>(witnesses);
        foreach (var witness in all)
            if (witness.IsRacyAt(begun)) return $"{witness.Path} changed a moment ago";
        // Written a moment ago perhaps, but by this process, which holds the workspace; and each time it is a file of its own.
        all.Add(new Witness(workspace.State, FileStamp.Of(workspace.State), WitnessOf.Entry));
        using var stream = new MemoryStream();
        stream.Write(new byte[sizeof(uint)]);
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Format);
            writer.Write(KeyOf(workspace, arguments));
            writer.Write(WorkspaceState.Boot());
            writer.Write(Environment.Version.ToString());
            writer.Write(Surroundings.Variables.Count);
            foreach (var (name, value) in Surroundings.Variables)
            {
                writer.Write(name);
                writer.Write(value is not null);
                writer.Write(value ?? "");
            }

            writer.Write(IsPrinted);
            writer.Write(Table.Plain);
            writer.Write(Table.Coloured);
            writer.Write(Counts);
            WitnessList.Write(writer, all);
        }

        var bytes = stream.ToArray();
        BitConverter.TryWriteBytes(bytes, Sum(bytes.AsSpan(sizeof(uint))));
        var path = PathOf(workspace, arguments);
        AtomicFile.Write(path, bytes);
        Sweep(Path.GetDirectoryName(path)!);
        return null;
    }

    static Glance? Read(byte[] bytes, string key)
    {
        if (bytes.Length <= sizeof(uint) || Sum(bytes.AsSpan(sizeof(uint))) != BitConverter.ToUInt32(bytes)) return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, sizeof(uint), bytes.Length - sizeof(uint)));
        if (reader.ReadString() != Format || reader.ReadString() != key || reader.ReadString() != WorkspaceState.Boot() || reader.ReadString() != Environment.Version.ToString()) return null;
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var (name, isSet, value) = (reader.ReadString(), reader.ReadBoolean(), reader.ReadString());
            if (Environment.GetEnvironmentVariable(name) != (isSet ? value : null)) return null;
        }

        var glance = new Glance { IsPrinted = reader.ReadBoolean(), Table = (reader.ReadString(), reader.ReadString()), Counts = reader.ReadString() };
        return WitnessList.Stand(bytes.AsSpan(sizeof(uint) + (int)reader.BaseStream.Position)) ? glance : null;
    }

    /// <summary>Whether the table, as it was laid out, fits where it would be printed.</summary>
    public bool Fits(Style style)
    {
        if (style.Width is not { } width) return true;
        foreach (var line in Table.Plain.AsSpan().Split('\n'))
            if (line.End.Value - line.Start.Value > width) return false;
        return true;
    }

    void Print(TimeSpan total, Style style) => Console.Write((style.IsColoured ? Table.Coloured : Table.Plain) + ClosingTable.Ending(Counts, total, style));

    /// <summary>The workspace a command line means; null where only the whole grammar can tell.</summary>
    static string? WorkspaceOf(string[] arguments, string workspace)
    {
        string? named = null;
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i] is "--working" or "-w")
            {
                if (named is not null || ++i == arguments.Length) return null;
                named = arguments[i];
            }
            else if (arguments[i].StartsWith("--working", StringComparison.Ordinal) || arguments[i].StartsWith("-w", StringComparison.Ordinal)) return null;

        return named is null ? workspace : CommandLine.FromCaller(named);
    }

    /// <summary>What an answer is to: the command line, the workspace, the program, and the folder it is started in. A copy of a workspace is another one.</summary>
    static string KeyOf(Workspace workspace, string[] arguments) => string.Join('\0', [.. arguments, "", workspace.Root, AppContext.BaseDirectory, Directory.GetCurrentDirectory()]);

    /// <summary>A file for each key; two that share one take turns.</summary>
    static string PathOf(Workspace workspace, string[] arguments) =>
        Path.Combine(workspace.Own, "glances", Sum(Encoding.UTF8.GetBytes(KeyOf(workspace, arguments))).ToString("x8", CultureInfo.InvariantCulture));

    /// <summary>A checksum, CRC-32C: quick to begin with, where a cryptographic hash has a library to load first. Against damage, not against malice.</summary>
    static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) sum = BitOperations.Crc32C(sum, BitConverter.ToUInt64(bytes));
        foreach (var one in bytes) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    static void Sweep(string folder)
    {
        var files = new DirectoryInfo(folder).GetFiles();
        if (files.Length <= MostKept) return;
        foreach (var old in files.OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostKept)) old.Delete();
    }
}
