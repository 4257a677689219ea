namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>The unit of an ISO 9660 volume: logical sector and logical block are both 2048 bytes.</summary>
internal static class Sector
{
    public const int Size = 2048;

    /// <summary>Sectors 0 to 15 belong to the system (ECMA-119 §6.2.1); the descriptors begin right after.</summary>
    public const uint FirstDescriptor = 16;

    public static uint Count(long bytes) => checked((uint)((bytes + Size - 1) / Size));
}
