using LimiQuantix.Disks;

namespace LimiQuantix.Images.Formats;

/// <summary>
/// Which qcow2 images are accepted: those that are complete in themselves. Refused is everything by which an image could reach another
/// file (CVE-2024-4467, CVE-2022-47951), besides what the header's reader refuses.
/// </summary>
internal static class Qcow2Policy
{
    private const string Flatten = "Flatten it: qemu-img convert -O qcow2 IMAGE NEW.";

    /// <param name="head">The file's start: 64 KiB, or the whole of a shorter file.</param>
    /// <param name="fileLength">The file's length in bytes.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.UnsupportedFormat"/>: the image is refused.</exception>
    public static Qcow2Header Read(ReadOnlySpan<byte> head, long fileLength)
    {
        try
        {
            Qcow2Header header = Qcow2Header.Parse(head);
            if (Problem(header) is var (reason, remedy) && reason is not null)
                throw Refusal(reason, remedy);
            header.CheckTables(fileLength);
            return header;
        }
        catch (DiskFileException error)
        {
            throw Refusal(error.Message, error.Remedy);
        }
    }

    private static (string? Reason, string? Remedy) Problem(Qcow2Header header) => header switch
    {
        { BackingFile: not null } => ("it has a backing file: an image must be complete in itself", Flatten),
        { IsEncrypted: true } => ("it is encrypted", "Decrypt it with qemu-img convert first."),
        _ when header.Features.HasFlag(Qcow2Features.ExternalData) =>
            ("it keeps its data in another file", "Make it complete in itself: qemu-img convert -O qcow2 IMAGE NEW."),
        _ when header.Features.HasFlag(Qcow2Features.Corrupt) => ("it is marked as corrupt", "Try qemu-img check -r all on a copy."),
        _ when header.Features.HasFlag(Qcow2Features.ExtendedL2) => ("it has extended L2 entries", "Convert it: qemu-img convert -O qcow2 IMAGE NEW."),
        { NamesBackingFormat: true } => ("it names the format of a backing file", Flatten),
        { NamesDataFile: true } => ("it names an external data file", null),
        { HasEncryptionHeader: true } => ("it has an encryption header", null),
        _ => (null, null),
    };

    private static LimiQuantixException Refusal(string reason, string? remedy) =>
        new(ErrorCodes.UnsupportedFormat, $"The qcow2 image is refused: {reason}.", remedy);
}
