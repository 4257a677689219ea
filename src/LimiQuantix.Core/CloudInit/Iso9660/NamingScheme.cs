namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>How one hierarchy of the volume writes names: what differs between the primary and the Joliet tree.</summary>
internal abstract class NamingScheme
{
    /// <summary>The identifiers of a directory's entries, unique among them.</summary>
    public abstract IReadOnlyDictionary<IsoEntry, byte[]> Identify(IsoEntry directory);

    /// <summary>What follows the identifier in an entry's record.</summary>
    public abstract byte[] SystemUse(IsoEntry entry);

    /// <summary>What follows the identifier in a "." or ".." record.</summary>
    public abstract byte[] SystemUseOfSelf(IsoEntry directory, bool isRootsOwn);

    /// <summary>Text of a descriptor's field, padded with spaces in the scheme's character set.</summary>
    public abstract void WriteText(Span<byte> field, string text);
}
