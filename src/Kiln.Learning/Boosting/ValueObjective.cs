using System.Collections.Immutable;

namespace Kiln.Learning.Boosting;

/// <summary>An objective of XGBoost's that answers with values and has no further settings, and the values it can learn.</summary>
/// <param name="Name">The library's name.</param>
/// <param name="Learns">The values, in words.</param>
/// <param name="Takes">Whether it can learn a value.</param>
sealed record ValueObjective(string Name, string Learns, Func<float, bool> Takes)
{
    public static readonly ImmutableArray<ValueObjective> All =
    [
        new("reg:squarederror", "all values", _ => true),
        new("reg:squaredlogerror", "values above -1", value => value > -1),
        new("reg:logistic", "values from 0 to 1", value => value is >= 0 and <= 1),
        new("reg:pseudohubererror", "all values", _ => true),
        new("reg:absoluteerror", "all values", _ => true),
        new("reg:gamma", "values above 0", value => value > 0),
        new("reg:tweedie", "values from 0", value => value >= 0),
        new("count:poisson", "values from 0", value => value >= 0),
    ];

    /// <summary>The one of this name; null where there is none.</summary>
    public static ValueObjective? Named(string name) => All.FirstOrDefault(objective => objective.Name == name);
}
