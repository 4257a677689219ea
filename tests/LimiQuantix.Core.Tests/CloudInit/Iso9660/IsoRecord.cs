namespace LimiQuantix.Core.Tests.CloudInit.Iso9660;

/// <summary>A directory record as read back from a volume.</summary>
internal sealed record IsoRecord
{
    public required byte[] Identifier { get; init; }

    public required byte[] SystemUse { get; init; }

    public required bool IsDirectory { get; init; }

    public required uint Extent { get; init; }

    public required uint Length { get; init; }

    /// <summary>Where the record lies in the volume.</summary>
    public required int Offset { get; init; }
}
