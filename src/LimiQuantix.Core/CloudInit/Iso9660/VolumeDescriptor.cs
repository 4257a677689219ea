using System.Buffers.Binary;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>ECMA-119 §8: the descriptors at the volume's start.</summary>
internal static class VolumeDescriptor
{
    private const byte Primary = 1;
    private const byte Supplementary = 2;
    private const byte Terminator = 255;
    private const string Application = "LIMIQUANTIX";

    /// <summary>UCS-2 level 3, the escape sequence by which readers know Joliet.</summary>
    private static ReadOnlySpan<byte> JolietLevel3 => "%/E"u8;

    public static void WritePrimary(Span<byte> sector, IsoHierarchy hierarchy, string label, uint sectors, DateTimeOffset timestamp) =>
        Write(sector, Primary, hierarchy, label, sectors, timestamp);

    public static void WriteJoliet(Span<byte> sector, IsoHierarchy hierarchy, string label, uint sectors, DateTimeOffset timestamp)
    {
        Write(sector, Supplementary, hierarchy, label, sectors, timestamp);
        JolietLevel3.CopyTo(sector[88..]);
    }

    public static void WriteTerminator(Span<byte> sector) => WriteHeader(sector, Terminator);

    private static void WriteHeader(Span<byte> sector, byte type)
    {
        sector[0] = type;
        "CD001"u8.CopyTo(sector[1..]);
        sector[6] = 1;
    }

    private static void Write(
        Span<byte> sector, byte type, IsoHierarchy hierarchy, string label, uint sectors, DateTimeOffset timestamp)
    {
        NamingScheme scheme = hierarchy.Scheme;
        WriteHeader(sector, type);
        scheme.WriteText(sector.Slice(8, 32), "");
        scheme.WriteText(sector.Slice(40, 32), label);
        BothEndian.WriteUInt32(sector[80..], sectors);
        BothEndian.WriteUInt16(sector[120..], 1);
        BothEndian.WriteUInt16(sector[124..], 1);
        BothEndian.WriteUInt16(sector[128..], Sector.Size);
        BothEndian.WriteUInt32(sector[132..], (uint)hierarchy.PathTableSize);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[140..], hierarchy.LittleEndianPathTable);
        BinaryPrimitives.WriteUInt32BigEndian(sector[148..], hierarchy.BigEndianPathTable);
        IsoDirectory root = hierarchy.Root;
        DirectoryRecord.Write(
            sector.Slice(156, DirectoryRecord.RootLength), [0], [], isDirectory: true, root.Extent, root.DataLength, timestamp);
        // Volume set, publisher and preparer are 128 bytes each, then the application; copyright, abstract and bibliography 37.
        scheme.WriteText(sector.Slice(190, 128), "");
        scheme.WriteText(sector.Slice(318, 128), "");
        scheme.WriteText(sector.Slice(446, 128), "");
        scheme.WriteText(sector.Slice(574, 128), Application);
        scheme.WriteText(sector.Slice(702, 37), "");
        scheme.WriteText(sector.Slice(739, 37), "");
        scheme.WriteText(sector.Slice(776, 37), "");
        IsoTimestamp.WriteDescriptor(sector[813..], timestamp);
        IsoTimestamp.WriteDescriptor(sector[830..], timestamp);
        IsoTimestamp.WriteDescriptor(sector[847..], null);
        IsoTimestamp.WriteDescriptor(sector[864..], null);
        sector[881] = 1;
    }
}
