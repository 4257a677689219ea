using System.Globalization;
using LimiQuantix.Disks;

namespace LimiQuantix.Images.Library;

/// <summary>
/// What an import came to, kept beside its file until that is committed or discarded: an engine that comes back, or another one, need not fetch it again.
/// One line: <c>DIGEST FORMAT LENGTH DISK FILE</c>.
/// </summary>
internal sealed record ImageSeal(StoredImage Image, string Path)
{
    private const int MaximumBytes = 4096;

    /// <summary>Keeps it; what it says is on the disk before.</summary>
    public void Write(ImageLibrary library, Guid importId)
    {
        var draft = library.SealPath(importId) + ".draft";
        File.WriteAllText(draft, string.Create(
            CultureInfo.InvariantCulture, $"{Image.Digest} {Image.Format} {Image.SizeBytes} {Image.VirtualSizeBytes} {System.IO.Path.GetFileName(Path)}"));
        DurableFile.Publish(draft, library.SealPath(importId), overwrite: true);
    }

    /// <summary>Reads what was kept; null when nothing was, or its file is not what it says.</summary>
    public static ImageSeal? Read(ImageLibrary library, Guid importId)
    {
        var path = library.SealPath(importId);
        if (new FileInfo(path) is not { Exists: true, Length: <= MaximumBytes }) return null;
        if (File.ReadAllText(path).Split(' ') is not [var digest, var format, var size, var disk, var name] || !ImageDigest.TryParse(digest, out var parsed)) return null;
        var file = new[] { library.PartialPath(importId), library.UnpackedPath(importId) }.FirstOrDefault(known => System.IO.Path.GetFileName(known) == name);
        if (!Enum.TryParse<DiskFormat>(format, out var known) || !TryRead(size, out var sizeBytes) || !TryRead(disk, out var virtualSizeBytes)) return null;
        if (file is null || new FileInfo(file) is not { Exists: true } found || found.Length != sizeBytes) return null;
        return new ImageSeal(new StoredImage { Digest = parsed, Format = known, SizeBytes = sizeBytes, VirtualSizeBytes = virtualSizeBytes }, file);
    }

    private static bool TryRead(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
