namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>
/// Writes an ISO 9660 volume (ECMA-119, interchange level 1) with Joliet and Rock Ridge names. Equal files, label and
/// timestamp give equal bytes.
/// </summary>
internal sealed class IsoVolume
{
    /// <summary>ECMA-119 §6.8.2.1: at most eight levels, the root being the first.</summary>
    private const int MaxDepth = 8;

    private static readonly byte[] Padding = new byte[Sector.Size];

    private readonly IsoEntry _root = IsoEntry.Directory("");
    private readonly List<IsoEntry> _files = [];
    private readonly string _label;
    private readonly DateTimeOffset _timestamp;

    /// <param name="label">1 to 16 letters, digits, '_' and '-', such as "cidata".</param>
    /// <param name="timestamp">Written on the volume and on every entry.</param>
    /// <exception cref="ArgumentException">The label or the timestamp cannot be stored.</exception>
    public IsoVolume(string label, DateTimeOffset timestamp)
    {
        IsoName.CheckLabel(label);
        IsoTimestamp.Check(timestamp);
        _label = label;
        _timestamp = timestamp;
    }

    /// <summary>Adds a file; directories on its path come into being.</summary>
    /// <param name="path">Names joined by '/', without one at the start: "user-data", "openstack/latest/user_data".</param>
    /// <param name="content">The bytes, not copied: they must stay as they are until the volume is written.</param>
    /// <exception cref="ArgumentException">A name cannot be stored, is taken, or lies too deep.</exception>
    public void AddFile(string path, ReadOnlyMemory<byte> content)
    {
        string[] names = path.Split('/');
        if (names.Length > MaxDepth - 1)
            throw new ArgumentException($"'{path}' lies deeper than ISO 9660's eight levels.", nameof(path));
        foreach (string name in names)
            IsoName.Check(name);
        IsoEntry directory = _root;
        foreach (string name in names.AsSpan(0, names.Length - 1))
            directory = Descend(directory, name);
        IsoEntry file = IsoEntry.File(names[^1], content);
        directory.Add(file);
        _files.Add(file);
    }

    /// <summary>Writes the volume: whole sectors, first the structures, then the files.</summary>
    /// <exception cref="IOException">The destination refuses the bytes.</exception>
    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(LayOut(), cancellationToken).ConfigureAwait(false);
        foreach (IsoEntry file in _files)
        {
            await destination.WriteAsync(file.Content, cancellationToken).ConfigureAwait(false);
            int rest = file.Content.Length % Sector.Size;
            if (rest != 0)
                await destination.WriteAsync(Padding.AsMemory(rest), cancellationToken).ConfigureAwait(false);
        }
    }

    private static IsoEntry Descend(IsoEntry directory, string name)
    {
        if (!directory.Children.TryGetValue(name, out IsoEntry? child))
        {
            child = IsoEntry.Directory(name);
            directory.Add(child);
        }
        if (!child.IsDirectory)
            throw new ArgumentException($"'{name}' is a file of the volume and cannot hold others.", nameof(name));
        return child;
    }

    private byte[] LayOut()
    {
        IsoHierarchy primary = new(_root, new PrimaryNames());
        IsoHierarchy joliet = new(_root, new JolietNames());
        uint firstData = joliet.LayOut(primary.LayOut(Sector.FirstDescriptor + 3));
        uint next = firstData;
        foreach (IsoEntry file in _files)
        {
            // An empty file has no sector of its own; it points into the volume all the same, for readers that check.
            file.Extent = file.Content.IsEmpty ? Sector.FirstDescriptor : next;
            next = checked(next + Sector.Count(file.Content.Length));
        }
        byte[] structures = new byte[checked((int)firstData * Sector.Size)];
        Span<byte> descriptors = structures.AsSpan((int)Sector.FirstDescriptor * Sector.Size);
        VolumeDescriptor.WritePrimary(descriptors, primary, _label, next, _timestamp);
        VolumeDescriptor.WriteJoliet(descriptors[Sector.Size..], joliet, _label, next, _timestamp);
        VolumeDescriptor.WriteTerminator(descriptors[(2 * Sector.Size)..]);
        primary.Write(structures, _timestamp);
        joliet.Write(structures, _timestamp);
        return structures;
    }
}
