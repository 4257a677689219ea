using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>Refuses definitions that no file could fulfil.</summary>
internal static class Definitions
{
    public const int SectorSize = 512;

    /// <summary>What a qcow2 image with 64 KiB clusters can hold is 2 PiB; half of it leaves room for QEMU's own rounding.</summary>
    private const long MaxSizeBytes = 1L << 50;

    public static void Check(BaseImport definition)
    {
        if (definition.Format is not (DiskFormat.Raw or DiskFormat.Qcow2))
        {
            throw new LimiQuantixException(
                ErrorCodes.UnsupportedFormat, $"A base has the format Qcow2 or Raw, not {definition.Format}.", "Convert the image.", nameof(definition.Format));
        }
        if (definition.LengthBytes <= 0)
            throw Invalid($"A base of {definition.LengthBytes} bytes cannot be written.", nameof(definition.LengthBytes));
        CheckSize(definition.VirtualSizeBytes, nameof(definition.VirtualSizeBytes));
        if (definition.VirtualSizeBytes % SectorSize != 0)
            throw Invalid($"A disk's size is a multiple of {SectorSize} bytes, and {definition.VirtualSizeBytes} is not.", nameof(definition.VirtualSizeBytes));
        if (!Path.IsPathFullyQualified(definition.Source.Path))
            throw Invalid("The image's file has no absolute path.", nameof(definition.Source));
        long padding = definition.VirtualSizeBytes - definition.LengthBytes;
        if (definition.Format == DiskFormat.Raw && padding is (< 0 or >= SectorSize))
            throw Invalid("A raw base is as long as the disk it holds, to the sector.", nameof(definition.LengthBytes));
    }

    public static void Check(VolumeDefinition definition, Guid installationId)
    {
        CheckVolume(definition.SizeBytes, nameof(definition.SizeBytes));
        if (definition.Ownership.InstallationId != installationId)
            throw Invalid("The volume belongs to another installation than this pool was opened for.", nameof(definition.Ownership));
        if (definition.Ownership.ResourceId == Guid.Empty)
            throw Invalid("The volume has no id.", nameof(definition.Ownership));
        if (definition.Source is not (BlankVolumeSource or BaseVolumeSource))
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"A pool in a folder makes no volume of a {definition.Source?.GetType().Name ?? "null"}.", "Begin it blank or as an image.",
                nameof(definition.Source));
        }
    }

    public static void CheckVolume(long bytes, string field)
    {
        CheckSize(bytes, field);
        if (bytes % SectorSize != 0)
            throw Invalid($"A volume's size is a multiple of {SectorSize} bytes, and {bytes} is not.", field);
    }

    private static void CheckSize(long bytes, string field)
    {
        if (bytes is <= 0 or > MaxSizeBytes)
            throw Invalid($"{bytes} bytes is no size of a disk: 1 to {MaxSizeBytes} are.", field);
    }

    private static LimiQuantixException Invalid(string message, string field) => new(ErrorCodes.InvalidArgument, message, target: field);
}
