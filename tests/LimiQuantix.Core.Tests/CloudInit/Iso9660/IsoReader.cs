using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Core.Tests.CloudInit.Iso9660;

/// <summary>A reader of one hierarchy of an ISO 9660 volume, written from ECMA-119 apart from the writer under test.</summary>
internal sealed class IsoReader
{
    public const int SectorSize = 2048;

    private readonly byte[] _volume;
    private readonly int _descriptor;

    /// <param name="volume">The whole volume.</param>
    /// <param name="descriptorSector">16 for the primary hierarchy, 17 for Joliet.</param>
    public IsoReader(byte[] volume, int descriptorSector)
    {
        _volume = volume;
        _descriptor = descriptorSector * SectorSize;
    }

    public uint Sectors => UInt32(80);

    public ReadOnlySpan<byte> Label => _volume.AsSpan(_descriptor + 40, 32);

    public ReadOnlySpan<byte> Descriptor => _volume.AsSpan(_descriptor, SectorSize);

    public IsoRecord Root => Record(_descriptor + 156);

    public byte[] Content(IsoRecord record) => _volume.AsSpan((int)record.Extent * SectorSize, (int)record.Length).ToArray();

    /// <summary>All records of a directory, "." and ".." first, as they lie.</summary>
    public List<IsoRecord> List(IsoRecord directory)
    {
        List<IsoRecord> records = [];
        int start = (int)directory.Extent * SectorSize;
        for (int at = start; at < start + directory.Length;)
        {
            if (_volume[at] == 0)
            {
                at = (at / SectorSize + 1) * SectorSize;
                continue;
            }
            Assert.That(at / SectorSize, Is.EqualTo((at + _volume[at] - 1) / SectorSize), "a record crosses a sector's end");
            records.Add(Record(at));
            at += _volume[at];
        }
        return records;
    }

    /// <summary>The path table: identifier, extent, parent's number.</summary>
    public List<(byte[] Identifier, uint Extent, ushort Parent)> PathTable(bool littleEndian)
    {
        List<(byte[], uint, ushort)> entries = [];
        int size = (int)UInt32(132);
        uint location = littleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(_volume.AsSpan(_descriptor + 140))
            : BinaryPrimitives.ReadUInt32BigEndian(_volume.AsSpan(_descriptor + 148));
        int start = (int)location * SectorSize;
        for (int at = start; at < start + size;)
        {
            int length = _volume[at];
            ReadOnlySpan<byte> entry = _volume.AsSpan(at);
            entries.Add(littleEndian
                ? (entry.Slice(8, length).ToArray(), BinaryPrimitives.ReadUInt32LittleEndian(entry[2..]), BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]))
                : (entry.Slice(8, length).ToArray(), BinaryPrimitives.ReadUInt32BigEndian(entry[2..]), BinaryPrimitives.ReadUInt16BigEndian(entry[6..])));
            at += 8 + length + length % 2;
        }
        return entries;
    }

    /// <summary>The Rock Ridge name of a record, or null.</summary>
    public static string? RockRidgeName(IsoRecord record)
    {
        for (int at = 0; at + 4 <= record.SystemUse.Length && record.SystemUse[at] != 0; at += record.SystemUse[at + 2])
        {
            if (record.SystemUse[at] == 'N' && record.SystemUse[at + 1] == 'M')
                return Encoding.UTF8.GetString(record.SystemUse.AsSpan(at + 5, record.SystemUse[at + 2] - 5));
        }
        return null;
    }

    private IsoRecord Record(int at)
    {
        ReadOnlySpan<byte> record = _volume.AsSpan(at, _volume[at]);
        int identifierLength = record[32];
        int afterIdentifier = 33 + identifierLength + (identifierLength % 2 == 0 ? 1 : 0);
        return new IsoRecord
        {
            Identifier = record.Slice(33, identifierLength).ToArray(),
            SystemUse = record[afterIdentifier..].ToArray(),
            IsDirectory = (record[25] & 2) != 0,
            Extent = Both(record[2..]),
            Length = Both(record[10..]),
            Offset = at,
        };
    }

    private uint UInt32(int offset) => Both(_volume.AsSpan(_descriptor + offset));

    private static uint Both(ReadOnlySpan<byte> field)
    {
        uint little = BinaryPrimitives.ReadUInt32LittleEndian(field);
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(field[4..]), Is.EqualTo(little), "the two byte orders disagree");
        return little;
    }
}
