using System.Text;
using LimiQuantix.Disks;

namespace LimiQuantix.Images.Formats;

/// <summary>Says what a file without any known signature seems to be: the reason is what a user can act on.</summary>
internal static class NotADiskImage
{
    private const int Glance = 512;

    public static LimiQuantixException Explain(ReadOnlySpan<byte> head, long length)
    {
        (string reason, string remedy) = Reason(head, length);
        return new LimiQuantixException(ErrorCodes.NotADiskImage, $"The file is not a disk image: {reason}.", remedy);
    }

    private static (string Reason, string Remedy) Reason(ReadOnlySpan<byte> head, long length)
    {
        const string CheckAddress = "Check the address: a server may answer an error page where the image was.";
        const string CheckFile = "Use a raw disk with a partition table, or a qcow2 image.";
        if (length == 0)
            return ("it is empty", CheckAddress);
        if (CompressionSignature.Detect(head) is var compression && compression != CompressionFormat.None)
            return ($"it is compressed with {compression} once more", "Publish the image with one compression at most.");
        if (Archive(head) is { } archive)
            return (archive, "Unpack it, and import the disk image that is in it.");
        if (!head.ContainsAnyExcept((byte)0))
            return ($"its first {head.Length} bytes are all zero", CheckFile);
        ReadOnlySpan<byte> glance = head[..Math.Min(head.Length, Glance)];
        if (IsText(glance))
        {
            string start = Encoding.ASCII.GetString(glance).TrimStart();
            bool html = start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
                || start.Contains("<html", StringComparison.OrdinalIgnoreCase);
            bool xml = start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase);
            return (html ? "it is an HTML page" : xml ? "it is an XML document" : "it is text", CheckAddress);
        }
        if (DiskFileSignatures.FindFileSystem(head) is { } fileSystem)
            return ($"it is a file system ({fileSystem}) without a boot sector", "Put a boot loader on it, or use a raw disk with a partition table, or a qcow2 image.");
        bool isBootSector = head.Length >= Glance && head[510] == 0x55 && head[511] == 0xAA;
        return isBootSector
            ? ("it has a boot sector, but neither a partition table that fits it nor a file system that is known", CheckFile)
            : ("it has no known signature and no boot sector", CheckFile);
    }

    /// <summary>What a file is that holds others, perhaps a disk image among them.</summary>
    private static string? Archive(ReadOnlySpan<byte> head)
    {
        // POSIX.1-1988 ustar; APPNOTE.TXT of ZIP; 7zFormat.txt; the magic numbers of RAR, cpio, ar, WIM and Debian's packages.
        if (head.Length >= 262 && head[257..].StartsWith("ustar"u8))
            return IsOva(head) ? "it is an OVA, a tar archive of an OVF description and disks" : "it is a tar archive";
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return "it is a zip archive";
        if (head.StartsWith<byte>([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]))
            return "it is a 7z archive";
        if (head.StartsWith("Rar!\x1A\x07"u8))
            return "it is a RAR archive";
        if (head.StartsWith("070701"u8) || head.StartsWith("070702"u8))
            return "it is a cpio archive";
        if (head.StartsWith("!<arch>\n"u8))
            return "it is an ar archive or a Debian package";
        return head.StartsWith("MSWIM\0\0\0"u8) ? "it is a WIM archive" : null;
    }

    // The description comes first (DMTF DSP0243, 11.2).
    private static bool IsOva(ReadOnlySpan<byte> tar)
    {
        ReadOnlySpan<byte> name = tar[..100];
        int end = name.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? name : name[..end]).EndsWith(".ovf", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C))
                return false;
        }
        return true;
    }
}
