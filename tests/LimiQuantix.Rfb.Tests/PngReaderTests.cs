using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using LimiQuantix.Rfb.Imaging;
using LimiQuantix.Rfb.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests;

internal sealed class PngReaderTests
{
    [Test]
    public void Reader_reads_what_the_writer_writes()
    {
        var colours = new WireColours(RfbPixelFormat.Bgrx32);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var wire = WirePicture.Random(colours, random.Next(1, 60), random.Next(1, 60), random);
            var picture = new Framebuffer(wire.Width, wire.Height);
            for (var y = 0; y < wire.Height; y++)
                wire.Expected.AsSpan(y * wire.Width, wire.Width).CopyTo(picture.GetWritableRow(y));

            Assert.That(PngReader.Read(PngWriter.ToArray(picture)).Pixels.ToArray(), Is.EqualTo(wire.Expected));
        }
    }

    // Each row of data begins with its filter.
    [TestCase(2, 8, "00 010203 040506  01 010101 010101", "010203 040506 010101 020202")]
    [TestCase(2, 8, "02 101010 202020  03 080808 000000", "101010 202020 101010 181818")]
    [TestCase(2, 8, "00 101010 202020  04 010101 010101", "101010 202020 111111 212121")]
    [TestCase(6, 8, "00 010203FF 04050600  00 00000000 FFFFFFFF", "010203 040506 000000 FFFFFF")]
    [TestCase(0, 8, "00 10 20  00 30 FF", "101010 202020 303030 FFFFFF")]
    [TestCase(0, 1, "00 40  00 80", "000000 FFFFFF FFFFFF 000000")]
    [TestCase(0, 4, "00 1F  00 0A", "111111 FFFFFF 000000 AAAAAA")]
    [TestCase(4, 8, "00 10FF 2000  00 3000 FFFF", "101010 202020 303030 FFFFFF")]
    [TestCase(3, 2, "00 10  00 40", "AA0000 00BB00 00BB00 AA0000")]
    public void Every_kind_and_filter_gives_its_pixels(int kind, int bits, string rows, string expected)
    {
        var file = Png(2, 2, kind, bits, Convert.FromHexString(rows.Replace(" ", "", StringComparison.Ordinal)), [0xAA, 0, 0, 0, 0xBB, 0]);

        var picture = PngReader.Read(file);

        Assert.That($"{picture.Hex(0)} {picture.Hex(1)}", Is.EqualTo(expected));
    }

    [Test]
    public void What_is_no_picture_or_too_large_is_refused()
    {
        var good = Png(2, 2, 0, 8, new byte[6], []);
        (byte[] File, RfbErrorCode Code)[] bad =
        [
            ([], RfbErrorCode.ProtocolViolation),
            (good[..^4], RfbErrorCode.ProtocolViolation),
            (good[..30], RfbErrorCode.ProtocolViolation),
            (Png(2, 2, 0, 8, new byte[3], []), RfbErrorCode.ProtocolViolation),
            (Png(2, 2, 0, 8, [9, 0, 0, 0, 0, 0], []), RfbErrorCode.ProtocolViolation),
            (Png(2, 2, 3, 8, [0, 0, 9, 0, 0, 0], [1, 2, 3]), RfbErrorCode.ProtocolViolation),
            (Png(2, 2, 0, 16, new byte[10], []), RfbErrorCode.UnsupportedEncoding),
            (Png(60000, 60000, 0, 8, new byte[1], []), RfbErrorCode.LimitExceeded),
            (Png(70000, 1, 0, 8, new byte[1], []), RfbErrorCode.LimitExceeded),
        ];
        foreach (var (file, code) in bad)
            Assert.That(Assert.Throws<RfbException>(() => PngReader.Read(file))?.Code, Is.EqualTo(code));
        Assert.That(PngReader.Read(good, maxPixels: 4).Width, Is.EqualTo(2));
        Assert.That(Assert.Throws<RfbException>(() => PngReader.Read(good, maxPixels: 3))?.Code, Is.EqualTo(RfbErrorCode.LimitExceeded));
    }

    [Test]
    public void Damaged_pictures_fail_only_with_their_own_error()
    {
        var random = new Random(4);
        var rounds = Soak.Rounds(2000, 100_000);
        for (var round = 0; round < rounds; round++)
        {
            var (kind, bits) = new[] { (0, 1), (0, 8), (2, 8), (3, 4), (6, 8) }[random.Next(5)];
            var rows = new byte[random.Next(60)];
            random.NextBytes(rows);
            for (var i = 0; i < rows.Length; i += random.Next(1, 12))
                rows[i] = (byte)random.Next(6);
            var file = Png((uint)random.Next(9), (uint)random.Next(9), kind, bits, rows, new byte[3 * random.Next(5)]);
            try
            {
                PngReader.Read(random.Next(2) == 0 ? file : Damage.Apply(file, random), 1000);
            }
            catch (RfbException)
            {
                // As it should.
            }
        }

        Soak.Note(rounds, "damaged PNG pictures");
    }

    private static byte[] Png(uint width, uint height, int kind, int bits, byte[] rows, byte[] palette)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(rows);
        var header = new ServerScript().UInt32(width).UInt32(height).Byte((byte)bits, (byte)kind, 0, 0, 0).Bytes;
        var script = new ServerScript().Byte(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A);
        Chunk(script, "IHDR", header.Span);
        if (palette.Length > 0)
            Chunk(script, "PLTE", palette);
        Chunk(script, "tEXt", "who\0cares"u8);
        Chunk(script, "IDAT", data.ToArray());
        Chunk(script, "IEND", []);
        return script.Bytes.ToArray();
    }

    private static void Chunk(ServerScript script, string type, ReadOnlySpan<byte> data)
    {
        var name = Encoding.ASCII.GetBytes(type);
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.Compute(name, data));
        script.UInt32((uint)data.Length).Byte(name).Byte(data).Byte(crc);
    }
}
