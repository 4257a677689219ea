using LimiQuantix.Images.Decompression;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class XzWindowTests
{
    // A stream header (12 bytes, not looked at), then a block header with one LZMA2 filter: size, flags, id, property length, bits.
    private static byte[] Stream(byte dictionaryBits) => [.. new byte[12], 2, 0, 0x21, 1, dictionaryBits, 0, 0, 0, 0, 0, 0, 0];

    [TestCase(22, 8L << 20)]
    [TestCase(28, 64L << 20)]
    public void A_usual_window_is_allowed(byte bits, long window)
    {
        using var input = new MemoryStream(Stream(bits));
        Assert.That(() => XzWindow.Check(input, window), Throws.Nothing);
        Assert.That(input.Position, Is.Zero);
        Assert.That(() => XzWindow.Check(input, window - 1), Throws.TypeOf<LimiQuantixException>());
    }

    [TestCase(37)]
    [TestCase(40)]
    [TestCase(63)]
    public void A_huge_window_is_refused(byte bits)
    {
        using var input = new MemoryStream(Stream(bits));
        var error = Assert.Throws<LimiQuantixException>(() => XzWindow.Check(input, 256 << 20));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
    }

    [Test]
    public void Foreign_bytes_never_do_more_than_be_refused()
    {
        var random = new Random(7);
        for (var round = 0; round < Fuzz.Rounds(2_000); round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            using var input = new MemoryStream(bytes);
            try
            {
                XzWindow.Check(input, 1 << 20);
            }
            catch (LimiQuantixException error)
            {
                Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
            }
        }

        Soak.Note(Fuzz.Rounds(2_000), "xz headers");
    }
}
