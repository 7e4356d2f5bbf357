using System.Text;

namespace Kiln.Fingerprinting;

/// <summary>
/// Witnesses as bytes, laid out so that asking the kernel for each takes no more than the kernel does: paths end in a zero and are given to it where they
/// lie, and pieces of the list can be gone through on several cores.
/// </summary>
static unsafe class WitnessList
{
    const int PerPiece = 512;
    const byte IsThere = 0x80;

    public static void Write(BinaryWriter writer, IReadOnlyCollection<Witness> witnesses)
    {
        using var stream = new MemoryStream();
        using var list = new BinaryWriter(stream, Encoding.UTF8);
        var ends = new List<int>();
        var left = witnesses.Count;
        foreach (var (path, stamp, of) in witnesses)
        {
            list.Write((byte)((stamp is null ? 0 : IsThere) | (byte)of));
            if (stamp is { } there)
            {
                list.Write((byte)there.Kind);
                list.Write(there.Size);
                list.Write(there.Modified);
                list.Write(there.Changed);
                list.Write(there.Inode);
            }

            list.Write(Encoding.UTF8.GetBytes(path));
            list.Write((byte)0);
            if (--left % PerPiece == 0) ends.Add((int)stream.Length);
        }

        writer.Write(ends.Count);
        foreach (var end in ends) writer.Write(end);
        writer.Write(stream.ToArray());
    }

    /// <summary>Whether every file and folder in the list still has the stamp it had, and what was not there is not there.</summary>
    public static bool Stand(ReadOnlySpan<byte> bytes)
    {
        var pieces = BitConverter.ToInt32(bytes);
        fixed (byte* ends = bytes)
        {
            var list = ends + sizeof(int) * (1 + pieces);
            var (at, last) = ((nint)list, (nint)ends);
            var differ = 0;
            Cores.Each(pieces, i =>
            {
                if (Volatile.Read(ref differ) != 0) return;
                var endings = (int*)last;
                var start = i == 0 ? 0 : endings[i];
                if (!Stand((byte*)at + start, (byte*)at + endings[i + 1])) Volatile.Write(ref differ, 1);
            });
            return differ == 0;
        }
    }

    static bool Stand(byte* at, byte* end)
    {
        while (at < end)
        {
            var isExpected = (*at & IsThere) != 0;
            var of = (WitnessOf)(*at++ & ~IsThere);
            var expected = default(FileStamp);
            if (isExpected)
            {
                var numbers = (long*)(at + 1);
                expected = new FileStamp(numbers[0], numbers[1], numbers[2], (ulong)numbers[3], (FileKind)(*at));
                at += 1 + 4 * sizeof(long);
            }

            var isThere = Libc.StatX(Libc.AtFdCwd, at, of == WitnessOf.Entry ? Libc.NoFollow : 0, Libc.BasicStats, out var info) == 0;
            if (isThere != isExpected || (isThere && of != WitnessOf.Presence && FileStamp.Of(info) != expected)) return false;
            while (*at++ != 0) { }
        }

        return true;
    }
}
