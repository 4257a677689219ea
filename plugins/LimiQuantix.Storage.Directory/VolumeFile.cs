using LimiQuantix.Disks;
using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>A volume in the pool, as its name tells.</summary>
internal sealed record VolumeFile
{
    public required string Path { get; init; }

    public required Guid VolumeId { get; init; }

    /// <summary>The base that a full copy was made from; null for an overlay or a blank volume.</summary>
    public ImageDigest? Copied { get; init; }

    /// <summary>What the file's name and header say.</summary>
    public VolumeObservation Observe()
    {
        Qcow2Header header = PoolHeader.Read(Path);
        return new VolumeObservation
        {
            VolumeId = VolumeId,
            SizeBytes = header.VirtualSizeBytes,
            // A qcow2 file grows as its disk is written: its length is what it takes.
            AllocatedBytes = new FileInfo(Path).Length,
            BaseDigest = Copied ?? BackingDigest(header),
        };
    }

    private static ImageDigest? BackingDigest(Qcow2Header header) =>
        header.BackingFile is not null && PoolName.TryParseBase(System.IO.Path.GetFileName(header.BackingFile), out ImageDigest? digest, out _)
            ? digest
            : null;
}
