using System.Globalization;
using System.Text;
using System.Text.Json;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>What was done to a version or a name.</summary>
public enum HistoryAction
{
    /// <summary>A version was added.</summary>
    Register,

    /// <summary>A version was moved to another stage.</summary>
    Promote,

    /// <summary>Someone vouches for a version that its gate did not let pass.</summary>
    Approve,

    /// <summary>A version that was in production before took its place again.</summary>
    Rollback,

    /// <summary>A name was given to a version.</summary>
    Alias,

    /// <summary>A name was taken away from a version.</summary>
    Unalias,
}

/// <summary>One line of the registry's history. It holds the hash of the line before it: none can be changed, left out or moved unnoticed.</summary>
public sealed record HistoryEntry
{
    /// <summary>Its place, counted from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, in UTC; never before the line above.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it.</summary>
    public required string By { get; init; }

    /// <summary>What was done.</summary>
    public required HistoryAction Action { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version's number.</summary>
    public required long Version { get; init; }

    /// <summary>What else there is to say, as JSON: see <see cref="HistoryDetail"/>.</summary>
    public required string Detail { get; init; }

    /// <summary>The hash of the line before; empty for the first.</summary>
    public required string Previous { get; init; }

    /// <summary>The hash of all of the above.</summary>
    public string Hash { get; init; } = "";

    /// <summary>What <see cref="Detail"/> says.</summary>
    /// <exception cref="KilnException">It says nothing that this program writes.</exception>
    internal HistoryDetail Told
    {
        get
        {
            try
            {
                return HistoryDetail.Read(Detail);
            }
            catch (JsonException error)
            {
                throw RegistryErrors.Strange($"line {Sequence} of the history", error);
            }
        }
    }

    /// <summary>The line with its hash.</summary>
    internal HistoryEntry Sealed() => this with { Hash = HashOf() };

    /// <summary>SHA-256 over every field, each after its length in bytes: no two lines have the same text.</summary>
    internal string HashOf()
    {
        var text = new StringBuilder("kiln registry 1\n");
        foreach (var field in (ReadOnlySpan<string>)[Number(Sequence), Time(At), By, Action.ToString(), Model, Number(Version), Detail, Previous])
            text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:{field}\n");
        return ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString();
    }

    /// <summary>A time as the registry writes it: milliseconds, in UTC. So written, times sort as texts.</summary>
    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset ReadTime(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
