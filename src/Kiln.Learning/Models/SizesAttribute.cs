using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Models;

/// <summary>A list of layers' sizes, each from 1 to 2²⁰.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class SizesAttribute() : ValidationAttribute("Every size in {0} must be between 1 and 1048576.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is ImmutableArray<int> { IsDefault: false } sizes && sizes.All(size => size is >= 1 and <= 1 << 20);
}
