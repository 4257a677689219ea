using System.Text;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>
/// The System Use entries (SUSP 1.12, RRIP 1.09) that give the primary hierarchy its true names, so that a kernel without
/// Joliet, or without the character set Joliet needs, still finds "user-data".
/// </summary>
internal static class RockRidge
{
    // Seeds may carry a password's hash: only root reads them, also where a guest mounts the volume by itself.
    private const uint FileMode = 0x8000 | 0x100;
    private const uint DirectoryMode = 0x4000 | 0x140;

    private static readonly byte[] Announcement = [(byte)'S', (byte)'P', 7, 1, 0xBE, 0xEF, 0];

    private static readonly byte[] Extension =
        [(byte)'E', (byte)'R', 18, 1, 10, 0, 0, 1, .. "RRIP_1991A"u8];

    /// <summary>The entries of the root's own "." record: they announce that the others exist.</summary>
    public static byte[] Root(IsoEntry root) => [.. Announcement, .. Attributes(root), .. Extension];

    /// <summary>The entries of a "." or ".." record.</summary>
    public static byte[] Self(IsoEntry directory) => Attributes(directory);

    public static byte[] Named(IsoEntry entry)
    {
        byte[] name = Encoding.UTF8.GetBytes(entry.Name);
        return [.. Attributes(entry), (byte)'N', (byte)'M', (byte)(5 + name.Length), 1, 0, .. name];
    }

    private static byte[] Attributes(IsoEntry entry)
    {
        byte[] px = new byte[36];
        "PX"u8.CopyTo(px);
        px[2] = (byte)px.Length;
        px[3] = 1;
        uint links = entry.IsDirectory ? 2 + (uint)entry.Children.Values.Count(child => child.IsDirectory) : 1;
        BothEndian.WriteUInt32(px.AsSpan(4), entry.IsDirectory ? DirectoryMode : FileMode);
        BothEndian.WriteUInt32(px.AsSpan(12), links);
        return px; // Owner and group stay 0: root.
    }
}
