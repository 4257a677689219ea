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
        return ("it has no known signature and no boot sector", CheckFile);
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
