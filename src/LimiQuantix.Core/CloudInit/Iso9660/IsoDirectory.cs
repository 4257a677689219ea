namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>One directory of one hierarchy: its place in the path table, its extent, its records in identifier order.</summary>
internal sealed class IsoDirectory
{
    private static readonly byte[] SelfIdentifier = [0];
    private static readonly byte[] ParentIdentifier = [1];

    private readonly NamingScheme _scheme;
    private readonly List<(IsoEntry Entry, byte[] Identifier)> _records;
    private readonly Dictionary<IsoEntry, IsoDirectory> _directories = [];

    public IsoDirectory(IsoEntry entry, byte[] identifier, IsoDirectory? parent, ushort number, NamingScheme scheme)
    {
        Entry = entry;
        Identifier = identifier;
        Parent = parent ?? this;
        Number = number;
        _scheme = scheme;
        _records = [.. scheme.Identify(entry).Select(pair => (pair.Key, pair.Value))];
        _records.Sort((a, b) => a.Identifier.AsSpan().SequenceCompareTo(b.Identifier));
        DataLength = Measure();
    }

    public IsoEntry Entry { get; }

    public byte[] Identifier { get; }

    public IsoDirectory Parent { get; }

    /// <summary>The directory's one-based position in the path table.</summary>
    public ushort Number { get; }

    /// <summary>Always whole sectors.</summary>
    public uint DataLength { get; }

    public uint Extent { get; set; }

    /// <summary>The subdirectories in identifier order, which is the order the path table wants.</summary>
    public IEnumerable<(IsoEntry Entry, byte[] Identifier)> Subdirectories => _records.Where(record => record.Entry.IsDirectory);

    public void Link(IsoDirectory child) => _directories.Add(child.Entry, child);

    public void Write(Span<byte> extent, DateTimeOffset timestamp)
    {
        int at = WriteDirectory(extent, SelfIdentifier, this, _scheme.SystemUseOfSelf(Entry, isRootsOwn: Parent == this), timestamp);
        at += WriteDirectory(extent[at..], ParentIdentifier, Parent, _scheme.SystemUseOfSelf(Parent.Entry, isRootsOwn: false), timestamp);
        foreach ((IsoEntry entry, byte[] identifier) in _records)
        {
            byte[] systemUse = _scheme.SystemUse(entry);
            at = Place(at, DirectoryRecord.Length(identifier.Length, systemUse.Length));
            at += entry.IsDirectory
                ? WriteDirectory(extent[at..], identifier, _directories[entry], systemUse, timestamp)
                : DirectoryRecord.Write(
                    extent[at..], identifier, systemUse, isDirectory: false, entry.Extent, (uint)entry.Content.Length, timestamp);
        }
    }

    private static int WriteDirectory(
        Span<byte> destination, byte[] identifier, IsoDirectory target, byte[] systemUse, DateTimeOffset timestamp) =>
        DirectoryRecord.Write(destination, identifier, systemUse, isDirectory: true, target.Extent, target.DataLength, timestamp);

    private uint Measure()
    {
        int at = DirectoryRecord.Length(1, _scheme.SystemUseOfSelf(Entry, isRootsOwn: Parent == this).Length)
            + DirectoryRecord.Length(1, _scheme.SystemUseOfSelf(Parent.Entry, isRootsOwn: false).Length);
        foreach ((IsoEntry entry, byte[] identifier) in _records)
        {
            int length = DirectoryRecord.Length(identifier.Length, _scheme.SystemUse(entry).Length);
            at = Place(at, length) + length;
        }
        return checked(Sector.Count(at) * Sector.Size);
    }

    /// <summary>A record never crosses a sector's end (ECMA-119 §6.8.1.1): it moves to the next sector, zeros fill the gap.</summary>
    private static int Place(int at, int length) =>
        at % Sector.Size + length <= Sector.Size ? at : (at / Sector.Size + 1) * Sector.Size;
}
