using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting.CodeReading;

namespace Kiln.Fingerprinting;

/// <summary>
/// What earlier runs read of the program's code. It holds for as long as the assemblies it was read from are the same: by their stamps or,
/// where a build wrote them anew, by the identities that deterministic builds give the same sources.
/// </summary>
sealed class KnownCode
{
    /// <summary>What it is, and which engine read it: another one may see more.</summary>
    static readonly string Format = $"kiln known code 2 {typeof(KnownCode).Module.ModuleVersionId}";

    readonly string _path;
    readonly Dictionary<string, StageCode> _stages;
    readonly List<ProgramFile> _files;

    KnownCode(string path, Dictionary<string, StageCode> stages, List<ProgramFile> files) => (_path, _stages, _files) = (path, stages, files);

    /// <summary>Whether anything is worth keeping that is not kept.</summary>
    public bool Changed { get; private set; }

    public static KnownCode Load(string path)
    {
        if (File.Exists(path))
            try
            {
                var bytes = File.ReadAllBytes(path);
                if (bytes.Length > ContentHash.Size && ContentHash.Of(bytes.AsSpan(ContentHash.Size)) == new ContentHash(bytes.AsSpan(0, ContentHash.Size))
                    && Read(path, bytes) is { } known && known.Holds()) return known;
            }
            catch (Exception error) when (error is IOException or FormatException or ArgumentException or UnauthorizedAccessException)
            {
                // It only saves time: the program is read anew.
            }

        return new KnownCode(path, new(StringComparer.Ordinal), []);
    }

    /// <summary>What is known of a stage's class, if the program still runs what its file holds.</summary>
    public StageCode? Find(Type stage) => IsOfTheProgram(stage) ? Find(KeyOf(stage), stage.Module) : null;

    public void Add(Type stage, StageCode code)
    {
        if (IsOfTheProgram(stage)) Add(KeyOf(stage), code);
    }

    /// <summary>What is known under a name, if the program still runs what a module's file holds.</summary>
    public StageCode? Find(string name, Module module) => _stages.TryGetValue(name, out var code) && _files.Exists(file => file.Identity == module.ModuleVersionId) ? code : null;

    public void Add(string name, StageCode code)
    {
        _stages[name] = code;
        Changed = true;
    }

    public void Save(Program program)
    {
        foreach (var file in program.Files)
            if (!_files.Exists(known => known.Name == file.Name)) _files.Add(file);
        using var stream = new MemoryStream();
        stream.Write(new byte[ContentHash.Size]);
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)) Write(writer);
        var bytes = stream.ToArray();
        ContentHash.Of(bytes.AsSpan(ContentHash.Size)).CopyTo(bytes);
        AtomicFile.Write(_path, bytes);
        Changed = false;
    }

    /// <summary>Whether every assembly it was read from is still the same.</summary>
    bool Holds()
    {
        for (var i = 0; i < _files.Count; i++)
        {
            var (name, stamp, identity) = _files[i];
            if (FileStamp.Of(PathOf(name)) is not { } now) return false;
            if (now == stamp) continue;
            if (IdentityOf(name) != identity) return false;
            _files[i] = new(name, now, identity);
            Changed = true;
        }

        return _files.Count > 0;
    }

    /// <summary>A module's identity; the hash of what <c>*.deps.json</c> says stands for one.</summary>
    static Guid IdentityOf(string name)
    {
        if (name.EndsWith(".json", StringComparison.Ordinal)) return ProgramParts.Identity(File.ReadAllBytes(PathOf(name)));
        using var stream = File.OpenRead(PathOf(name));
        using var image = new PEReader(stream);
        var reader = image.GetMetadataReader();
        return reader.GetGuid(reader.GetModuleDefinition().Mvid);
    }

    static string PathOf(string name) => Path.Combine(Program.Home, name);

    static bool IsOfTheProgram(Type stage) => Path.GetDirectoryName(stage.Assembly.Location.AsSpan()).SequenceEqual(Program.Home)
        && (!stage.IsConstructedGenericType || Array.TrueForAll(stage.GetGenericArguments(), IsOfTheProgram));

    static string KeyOf(Type stage) => $"{Path.GetFileNameWithoutExtension(stage.Assembly.Location)} {stage}";

    static KnownCode? Read(string path, byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, ContentHash.Size, bytes.Length - ContentHash.Size));
        if (reader.ReadString() != Format) return null;
        var files = new List<ProgramFile>();
        for (var left = reader.ReadInt32(); left > 0; left--)
            files.Add(new(reader.ReadString(), new FileStamp(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), (FileKind)reader.ReadByte()), new Guid(reader.ReadBytes(16))));
        var stages = new Dictionary<string, StageCode>(StringComparer.Ordinal);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var key = reader.ReadString();
            var facts = new Fact[reader.ReadInt32()];
            for (var i = 0; i < facts.Length; i++) facts[i] = new Fact(FactKind.Code, reader.ReadString(), reader.ReadString());
            var libraries = new UsedLibrary[reader.ReadInt32()];
            for (var i = 0; i < libraries.Length; i++) libraries[i] = new UsedLibrary(reader.ReadString(), reader.ReadString());
            var unfollowed = new string[reader.ReadInt32()];
            for (var i = 0; i < unfollowed.Length; i++) unfollowed[i] = reader.ReadString();
            stages[key] = new StageCode([.. facts], [.. libraries], [.. unfollowed]);
        }

        return new KnownCode(path, stages, files);
    }

    void Write(BinaryWriter writer)
    {
        writer.Write(Format);
        writer.Write(_files.Count);
        var now = FileStamp.Now();
        foreach (var (name, read, identity) in _files)
        {
            // A stamp too young to vouch for anything is not kept: the identity is looked at again.
            var stamp = read.IsRacyAt(now) ? default : read;
            writer.Write(name);
            writer.Write(stamp.Size);
            writer.Write(stamp.Modified);
            writer.Write(stamp.Changed);
            writer.Write(stamp.Inode);
            writer.Write((byte)stamp.Kind);
            writer.Write(identity.ToByteArray());
        }

        writer.Write(_stages.Count);
        foreach (var (key, code) in _stages)
        {
            writer.Write(key);
            writer.Write(code.Facts.Length);
            foreach (var (_, label, value) in code.Facts)
            {
                writer.Write(label);
                writer.Write(value);
            }

            writer.Write(code.Libraries.Length);
            foreach (var (path, variable) in code.Libraries)
            {
                writer.Write(path);
                writer.Write(variable);
            }

            writer.Write(code.Unfollowed.Length);
            foreach (var what in code.Unfollowed) writer.Write(what);
        }
    }
}
