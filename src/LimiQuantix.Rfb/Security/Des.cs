using System.Buffers.Binary;

namespace LimiQuantix.Rfb.Security;

/// <summary>
/// DES encryption of single blocks (FIPS 46-3). VNC authentication needs it for keys that .NET's own class refuses as
/// weak, such as that of an empty password. It protects nothing by today's measure and serves nothing else.
/// </summary>
internal sealed class Des
{
    public const int BlockSize = 8;

    private readonly ulong[] _roundKeys = new ulong[16];

    public Des(ReadOnlySpan<byte> key)
    {
        var halves = Permute(BinaryPrimitives.ReadUInt64BigEndian(key), DesTables.KeyChoice1, 64);
        var (c, d) = ((uint)(halves >> 28), (uint)halves & 0xFFFFFFF);
        for (var round = 0; round < 16; round++)
        {
            // Rounds 1, 2, 9 and 16 rotate by one, the others by two.
            var shift = round is 0 or 1 or 8 or 15 ? 1 : 2;
            c = Rotate28(c, shift);
            d = Rotate28(d, shift);
            _roundKeys[round] = Permute((ulong)c << 28 | d, DesTables.KeyChoice2, 56);
        }
    }

    public void Encrypt(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        var value = Permute(BinaryPrimitives.ReadUInt64BigEndian(block), DesTables.InitialPermutation, 64);
        var (left, right) = ((uint)(value >> 32), (uint)value);
        foreach (var key in _roundKeys)
            (left, right) = (right, left ^ Round(right, key));
        value = Permute((ulong)right << 32 | left, DesTables.FinalPermutation, 64);
        BinaryPrimitives.WriteUInt64BigEndian(destination, value);
    }

    private static uint Round(uint half, ulong key)
    {
        var mixed = Permute(half, DesTables.Expansion, 32) ^ key;
        uint substituted = 0;
        for (var box = 0; box < 8; box++)
        {
            var input = (int)(mixed >> (42 - 6 * box)) & 0x3F;
            // The outer two bits choose the row, the inner four the column.
            var row = input >> 4 & 2 | input & 1;
            substituted = substituted << 4 | DesTables.Substitution[box * 64 + row * 16 + (input >> 1 & 15)];
        }
        return (uint)Permute(substituted, DesTables.RoundPermutation, 32);
    }

    private static uint Rotate28(uint value, int shift) => (value << shift | value >> (28 - shift)) & 0xFFFFFFF;

    /// <summary>Picks bits by their numbers, 1 being the highest of <paramref name="width"/>.</summary>
    private static ulong Permute(ulong value, ReadOnlySpan<byte> positions, int width)
    {
        ulong result = 0;
        foreach (var position in positions)
            result = result << 1 | value >> (width - position) & 1;
        return result;
    }
}
