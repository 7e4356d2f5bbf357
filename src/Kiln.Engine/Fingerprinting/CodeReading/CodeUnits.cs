using System.Reflection;
using System.Reflection.Metadata;

namespace Kiln.Fingerprinting.CodeReading;

/// <summary>The units of a solution, each read once for all stages that reach it.</summary>
sealed class CodeUnits
{
    readonly Dictionary<object, CodeUnit> _units = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<CodeType, CodeUnit> _members = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<CodeModule, List<CodePart>> _resources = new(ReferenceEqualityComparer.Instance);

    public CodeUnit Of(CodeMethod method) => _units.TryGetValue(method, out var known) ? known : _units[method] = MethodWriter.Write(method);

    public CodeUnit Of(CodeField field) => _units.TryGetValue(field, out var known) ? known : _units[field] = StaticFieldWriter.Write(field);

    public CodeUnit Of(CodeType type) => _units.TryGetValue(type, out var known) ? known : _units[type] = TypeWriter.Write(type);

    public CodeUnit Members(CodeType type) => _members.TryGetValue(type, out var known) ? known : _members[type] = TypeWriter.WriteMembers(type);

    /// <summary>The files embedded in a module, by name.</summary>
    public List<CodePart> Resources(CodeModule module)
    {
        if (_resources.TryGetValue(module, out var known)) return known;
        var all = new List<CodePart>();
        var start = module.Image.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress;
        foreach (var handle in module.Reader.ManifestResources)
        {
            var resource = module.Reader.GetManifestResource(handle);
            if (!resource.Implementation.IsNil) continue;
            var data = module.Image.GetSectionData(start + (int)resource.Offset).GetReader();
            all.Add(new CodePart($"[{module.Name}]resource {module.Reader.GetString(resource.Name)}", ContentHash.Of(data.ReadBytes(data.ReadInt32()))));
        }

        return _resources[module] = all;
    }
}
