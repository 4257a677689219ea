using System.Buffers.Binary;
using System.IO.Compression;

namespace LimiQuantix.Rfb.Server;

/// <summary>Writes FramebufferUpdate messages in the encoding and pixel format a client asked for.</summary>
internal sealed class PictureEncoder : IDisposable
{
    private const int TileSize = 64;
    private const int SolidTile = 1;

    private readonly MemoryStream _compressed = new();
    private readonly MemoryStream _plain = new();
    private RfbEncoding _encoding = RfbEncoding.Raw;
    private ZLibStream? _zlib;

    public RfbPixelFormat Format { get; set; } = RfbPixelFormat.Bgrx32;

    public void Choose(HashSet<RfbEncoding> understood)
    {
        // One zlib stream serves whichever of the two it began with.
        if (_zlib is null)
            _encoding = new[] { RfbEncoding.Zrle, RfbEncoding.Zlib }.FirstOrDefault(understood.Contains, RfbEncoding.Raw);
        else if (!understood.Contains(_encoding))
            _encoding = RfbEncoding.Raw;
    }

    public byte[] Update(Framebuffer picture, IReadOnlyList<RfbRectangle> areas, bool resized)
    {
        using var message = new MemoryStream();
        message.Write([0, 0]);
        Write16(message, areas.Count + (resized ? 1 : 0));
        if (resized)
            Header(message, new RfbRectangle(0, 0, picture.Width, picture.Height), RfbEncoding.DesktopSize);
        foreach (var area in areas)
        {
            // A colour map would have to be sent; no client of this day asks for one.
            if (!Format.TrueColour)
                throw new RfbException(RfbErrorCode.NotSupported, "The client asks for a colour map, which this server has not.");
            Header(message, area, _encoding);
            _plain.SetLength(0);
            if (_encoding == RfbEncoding.Zrle)
                WriteTiles(picture, area);
            else
                WritePixels(picture, area, Format.BytesPerPixel, 0);
            var plain = _plain.GetBuffer().AsSpan(0, (int)_plain.Length);
            if (_encoding == RfbEncoding.Raw)
                message.Write(plain);
            else
                Compress(message, plain);
        }
        return message.ToArray();
    }

    public void Dispose() => _zlib?.Dispose();

    private static void Write16(MemoryStream message, int value) => message.Write([(byte)(value >> 8), (byte)value]);

    private static void Header(MemoryStream message, RfbRectangle area, RfbEncoding encoding)
    {
        foreach (var value in new[] { area.X, area.Y, area.Width, area.Height, (int)encoding >> 16, (int)encoding })
            Write16(message, value);
    }

    private void Compress(MemoryStream message, ReadOnlySpan<byte> plain)
    {
        _compressed.SetLength(0);
        _zlib ??= new ZLibStream(_compressed, CompressionLevel.Fastest);
        _zlib.Write(plain);
        _zlib.Flush();
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, (int)_compressed.Length);
        message.Write(length);
        message.Write(_compressed.GetBuffer().AsSpan(0, (int)_compressed.Length));
    }

    /// <summary>Tiles of one colour or of plain pixels: the rest is zlib's work.</summary>
    private void WriteTiles(Framebuffer picture, RfbRectangle area)
    {
        var used = (ulong)Format.RedMax << Format.RedShift | (ulong)Format.GreenMax << Format.GreenShift | (ulong)Format.BlueMax << Format.BlueShift;
        // CPIXEL (RFC 6143 §7.7.5): the unused byte of four is left out.
        var isCompact = Format is { BitsPerPixel: 32, Depth: <= 24 } && (used <= 0xFFFFFF || (used & 0xFF) == 0);
        var size = isCompact ? 3 : Format.BytesPerPixel;
        var shift = isCompact && used > 0xFFFFFF ? 8 : 0;
        for (var y = area.Y; y < area.Bottom; y += TileSize)
        {
            for (var x = area.X; x < area.Right; x += TileSize)
            {
                var tile = new RfbRectangle(x, y, Math.Min(TileSize, area.Right - x), Math.Min(TileSize, area.Bottom - y));
                var isSolid = IsSolid(picture, tile);
                _plain.WriteByte(isSolid ? (byte)SolidTile : (byte)0);
                WritePixels(picture, isSolid ? tile with { Width = 1, Height = 1 } : tile, size, shift);
            }
        }
    }

    private static bool IsSolid(Framebuffer picture, RfbRectangle tile)
    {
        var colour = picture.GetRow(tile.Y)[tile.X];
        for (var y = tile.Y; y < tile.Bottom; y++)
        {
            if (picture.GetRow(y).Slice(tile.X, tile.Width).ContainsAnyExcept(colour))
                return false;
        }
        return true;
    }

    private void WritePixels(Framebuffer picture, RfbRectangle area, int size, int shift)
    {
        Span<byte> pixel = stackalloc byte[4];
        for (var y = area.Y; y < area.Bottom; y++)
        {
            foreach (var colour in picture.GetRow(y).Slice(area.X, area.Width))
            {
                var value = (Scale(colour >> 16, Format.RedMax) << Format.RedShift | Scale(colour >> 8, Format.GreenMax) << Format.GreenShift
                    | Scale(colour, Format.BlueMax) << Format.BlueShift) >> shift;
                if (Format.BigEndian)
                    BinaryPrimitives.WriteUInt32BigEndian(pixel, value << (32 - 8 * size));
                else
                    BinaryPrimitives.WriteUInt32LittleEndian(pixel, value);
                _plain.Write(pixel[..size]);
            }
        }
    }

    private static uint Scale(uint value, int max) => max == 255 ? value & 255 : ((value & 255) * (uint)max + 127) / 255;
}
