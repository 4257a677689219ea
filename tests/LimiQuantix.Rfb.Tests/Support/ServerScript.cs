using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>Builds what a server sends, message after message, by hand as the RFC draws it.</summary>
internal sealed class ServerScript
{
    private readonly MemoryStream _bytes = new();

    public ReadOnlyMemory<byte> Bytes => _bytes.ToArray();

    /// <summary>A 3.8 server without authentication, up to and with ServerInit.</summary>
    public static ServerScript Connected(int width, int height, string name = "desk") =>
        new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(0).ServerInit(width, height, name);

    public ServerScript Byte(params ReadOnlySpan<byte> values)
    {
        _bytes.Write(values);
        return this;
    }

    public ServerScript UInt16(params ReadOnlySpan<int> values)
    {
        Span<byte> wire = stackalloc byte[2];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt16BigEndian(wire, (ushort)value);
            _bytes.Write(wire);
        }
        return this;
    }

    public ServerScript UInt32(uint value)
    {
        Span<byte> wire = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(wire, value);
        _bytes.Write(wire);
        return this;
    }

    public ServerScript Text(string text) => Byte(Encoding.Latin1.GetBytes(text));

    /// <summary>A text behind its length.</summary>
    public ServerScript Counted(string text) => UInt32((uint)text.Length).Text(text);

    public ServerScript ServerInit(int width, int height, string name) => UInt16(width, height)
        .Byte(32, 24, 0, 1).UInt16(255, 255, 255).Byte(16, 8, 0, 0, 0, 0).Counted(name);

    public ServerScript Update(int rectangles) => Byte(0, 0).UInt16(rectangles);

    public ServerScript Rectangle(int x, int y, int width, int height, RfbEncoding encoding, params ReadOnlySpan<byte> data) =>
        UInt16(x, y, width, height).UInt32((uint)(int)encoding).Byte(data);

    /// <summary>A raw rectangle of one colour in the default pixel format.</summary>
    public ServerScript Solid(int x, int y, int width, int height, uint colour)
    {
        Rectangle(x, y, width, height, RfbEncoding.Raw);
        Span<byte> pixel = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(pixel, colour & 0xFFFFFF);
        for (var i = 0; i < width * height; i++)
            _bytes.Write(pixel);
        return this;
    }
}
