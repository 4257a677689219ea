using System.Buffers.Binary;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>One of the volume's two trees, with its path tables: laid out first, written when every extent is known.</summary>
internal sealed class IsoHierarchy
{
    private readonly List<IsoDirectory> _directories = [];

    public IsoHierarchy(IsoEntry root, NamingScheme scheme)
    {
        Scheme = scheme;
        _directories.Add(new IsoDirectory(root, [0], parent: null, number: 1, scheme));
        // Breadth first: by level, then by parent, then by identifier, as ECMA-119 §6.9.1 orders the path table.
        for (int i = 0; i < _directories.Count; i++)
        {
            IsoDirectory parent = _directories[i];
            foreach ((IsoEntry entry, byte[] identifier) in parent.Subdirectories)
            {
                if (_directories.Count == ushort.MaxValue)
                    throw new ArgumentException($"The volume has more than {ushort.MaxValue} directories.", nameof(root));
                IsoDirectory child = new(entry, identifier, parent, (ushort)(_directories.Count + 1), scheme);
                parent.Link(child);
                _directories.Add(child);
            }
        }
        PathTableSize = _directories.Sum(directory => PathTableRecordLength(directory.Identifier.Length));
    }

    public NamingScheme Scheme { get; }

    public IsoDirectory Root => _directories[0];

    public int PathTableSize { get; }

    public uint LittleEndianPathTable { get; private set; }

    public uint BigEndianPathTable { get; private set; }

    /// <summary>Gives every part its sectors, from <paramref name="next"/> on.</summary>
    /// <returns>The first sector after them.</returns>
    public uint LayOut(uint next)
    {
        LittleEndianPathTable = next;
        BigEndianPathTable = next += Sector.Count(PathTableSize);
        next += Sector.Count(PathTableSize);
        foreach (IsoDirectory directory in _directories)
        {
            directory.Extent = next;
            next += Sector.Count(directory.DataLength);
        }
        return next;
    }

    public void Write(Span<byte> volume, DateTimeOffset timestamp)
    {
        WritePathTable(volume[checked((int)LittleEndianPathTable * Sector.Size)..], littleEndian: true);
        WritePathTable(volume[checked((int)BigEndianPathTable * Sector.Size)..], littleEndian: false);
        foreach (IsoDirectory directory in _directories)
            directory.Write(volume.Slice(checked((int)directory.Extent * Sector.Size), (int)directory.DataLength), timestamp);
    }

    private static int PathTableRecordLength(int identifierLength) => 8 + identifierLength + identifierLength % 2;

    private void WritePathTable(Span<byte> table, bool littleEndian)
    {
        foreach (IsoDirectory directory in _directories)
        {
            table[0] = (byte)directory.Identifier.Length;
            if (littleEndian)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(table[2..], directory.Extent);
                BinaryPrimitives.WriteUInt16LittleEndian(table[6..], directory.Parent.Number);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(table[2..], directory.Extent);
                BinaryPrimitives.WriteUInt16BigEndian(table[6..], directory.Parent.Number);
            }
            directory.Identifier.CopyTo(table[8..]);
            table = table[PathTableRecordLength(directory.Identifier.Length)..];
        }
    }
}
