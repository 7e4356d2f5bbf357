namespace Kiln.Fingerprinting.CodeReading;

/// <summary>How code refers to something that is read apart.</summary>
enum CodeUse
{
    /// <summary>A method is called, or its address taken.</summary>
    Call,

    /// <summary>A method is called on an instance: whatever overrides or implements it may be meant.</summary>
    VirtualCall,

    /// <summary>A type is named: values of it may be about.</summary>
    Mention,

    /// <summary>A type is given to a generic, which may make values of it.</summary>
    Argument,

    /// <summary>A type is given to what may look at its members.</summary>
    Reflect,

    /// <summary>A static field is read or written.</summary>
    StaticField,

    /// <summary>A type's explicit static constructor runs.</summary>
    Initialize,

    /// <summary>The resources embedded in a module are read.</summary>
    Resources,

    /// <summary>Everything in a type counts, as <see cref="UsesCodeAttribute"/> says.</summary>
    Everything,

    /// <summary>An assembly that is not the solution's is used; by its name.</summary>
    Assembly,

    /// <summary>A file below <c>.kiln/tools</c> is called into, as <see cref="UsesLibraryAttribute"/> says.</summary>
    Library,

    /// <summary>Code is found by other means than a reference, so that it cannot be followed; by a sentence.</summary>
    Unfollowed,

    /// <summary>Something is called that may look at what is not the program's: files, variables, clocks, chance; by its name.</summary>
    Outside,
}

readonly record struct CodeReference(CodeUse Use, object Target)
{
    public bool Equals(CodeReference other) => Use == other.Use && (ReferenceEquals(Target, other.Target) || Target.Equals(other.Target));

    public override int GetHashCode() => 31 * Target.GetHashCode() + (int)Use;
}

/// <summary>One part of a closure: a method with all that the compiler made of it, a type's shape, or a static field with its initializer.</summary>
/// <param name="Part">Its name, the same however the rest of its module changes, and the hash of its content, names in place of tokens.</param>
/// <param name="References">What it leads to.</param>
sealed record CodeUnit(CodePart Part, List<CodeReference> References);
