namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>A file or a directory as the caller named it; both hierarchies of the volume are made from one tree of these.</summary>
internal sealed class IsoEntry
{
    private readonly SortedDictionary<string, IsoEntry> _children = new(StringComparer.Ordinal);

    private IsoEntry(string name, bool isDirectory, ReadOnlyMemory<byte> content)
    {
        Name = name;
        IsDirectory = isDirectory;
        Content = content;
    }

    public string Name { get; }

    public bool IsDirectory { get; }

    public ReadOnlyMemory<byte> Content { get; }

    public IReadOnlyDictionary<string, IsoEntry> Children => _children;

    /// <summary>The sector where a file's bytes begin; known once the volume is laid out.</summary>
    public uint Extent { get; set; }

    public static IsoEntry Directory(string name) => new(name, isDirectory: true, default);

    public static IsoEntry File(string name, ReadOnlyMemory<byte> content) => new(name, isDirectory: false, content);

    public void Add(IsoEntry child)
    {
        if (!_children.TryAdd(child.Name, child))
            throw new ArgumentException($"The volume already has an entry '{child.Name}' in this directory.", nameof(child));
    }
}
