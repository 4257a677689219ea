namespace LimiQuantix.Rfb.Pixels;

/// <summary>The server's colours for pixels that are indexes (RFC 6143 §7.6.2).</summary>
internal sealed class ColourMap
{
    private readonly uint[] _colours = new uint[256];

    public ColourMap() => Array.Fill(_colours, Framebuffer.Black);

    public uint this[byte index] => _colours[index];

    /// <summary>Sets one entry from 16-bit intensities. Indexes an 8-bit pixel cannot hold are ignored.</summary>
    public void Set(int index, ushort red, ushort green, ushort blue)
    {
        if (index < _colours.Length)
            _colours[index] = Framebuffer.Black | (uint)(red >> 8) << 16 | (uint)(green >> 8) << 8 | (uint)(blue >> 8);
    }
}
