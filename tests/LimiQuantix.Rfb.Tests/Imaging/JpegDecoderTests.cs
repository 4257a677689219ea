using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Rfb.Imaging;
using LimiQuantix.Rfb.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Imaging;

internal sealed class JpegDecoderTests
{
    private static readonly (byte[] File, string Sha256)[] Pictures =
        [JpegPictures.HalfColours, JpegPictures.HalfColumns, JpegPictures.Grey, JpegPictures.WithRestarts];

    [Test]
    public void Picture_is_the_one_that_libjpeg_makes([Range(0, 3)] int index)
    {
        var picture = Decode(Pictures[index].File);

        Assert.That(Convert.ToHexString(SHA256.HashData(Bytes(picture))), Is.EqualTo(Pictures[index].Sha256));
    }

    [Test]
    [Category("Integration")]
    public async Task Pictures_of_every_size_and_sampling_are_those_that_libjpeg_makes()
    {
        var (cjpeg, djpeg) = (Requires.Tool("cjpeg"), Requires.Tool("djpeg"));
        await using var folder = new TemporaryFolder();
        var random = new Random(1);
        foreach (var sampling in new[] { "1x1", "2x1", "1x2", "2x2" })
        {
            foreach (var (width, height) in new[] { (1, 1), (2, 3), (3, 2), (5, 5), (8, 8), (16, 16), (17, 17), (40, 33), (130, 70) })
            {
                var pixels = new byte[3 * width * height];
                for (var i = 0; i < pixels.Length; i++)
                    pixels[i] = (byte)(i % 7 == 0 ? random.Next(256) : i * 5 / 3);
                await File.WriteAllBytesAsync(folder.Combine("in"), [.. Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"), .. pixels]);
                await Command.OutputAsync(cjpeg, ["-quality", $"{random.Next(20, 100)}", "-sample", sampling, "-outfile", folder.Combine("jpeg"), folder.Combine("in")]);
                await Command.OutputAsync(djpeg, ["-ppm", "-outfile", folder.Combine("out"), folder.Combine("jpeg")]);
                var expected = (await File.ReadAllBytesAsync(folder.Combine("out")))[^pixels.Length..];

                var picture = new Framebuffer(width, height);
                new JpegDecoder().Decode(await File.ReadAllBytesAsync(folder.Combine("jpeg")), picture, new RfbRectangle(0, 0, width, height));

                Assert.That(Bytes(picture), Is.EqualTo(expected), $"{sampling} {width} by {height}");
            }
        }
    }

    [Test]
    public void Picture_of_another_size_than_its_rectangle_is_refused()
    {
        var error = Assert.Throws<RfbException>(() => new JpegDecoder().Decode(JpegPictures.Grey.File, new Framebuffer(64, 64), new RfbRectangle(0, 0, 34, 21)));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }

    [Test]
    public void Progressive_picture_is_refused_by_name() =>
        Assert.That(Assert.Throws<RfbException>(() => Decode(JpegPictures.Progressive))?.Code, Is.EqualTo(RfbErrorCode.UnsupportedEncoding));

    [Test]
    public void Picture_that_ends_early_is_refused_wherever_it_ends()
    {
        var file = JpegPictures.HalfColours.File;
        for (var length = 0; length < file.Length - 8; length++)
            Assert.That(() => Decode(file[..length]), Throws.InstanceOf<RfbException>(), $"{length} bytes");
    }

    [Test]
    public void Damaged_pictures_fail_only_with_their_own_error()
    {
        var random = new Random(3);
        var rounds = Soak.Rounds(3000, 100_000);
        var decoder = new JpegDecoder();
        var failures = 0;
        for (var round = 0; round < rounds; round++)
        {
            var file = Damage.Apply(Pictures[random.Next(Pictures.Length)].File, random);
            try
            {
                decoder.Decode(file, new Framebuffer(40, 30), new RfbRectangle(2, 3, JpegPictures.Width, JpegPictures.Height));
            }
            catch (RfbException)
            {
                failures++;
            }
        }

        Assert.That(failures, Is.InRange(rounds / 10, rounds - 1));
        Soak.Note(rounds, "damaged JPEG pictures");
    }

    private static Framebuffer Decode(byte[] file)
    {
        var picture = new Framebuffer(JpegPictures.Width, JpegPictures.Height);
        new JpegDecoder().Decode(file, picture, new RfbRectangle(0, 0, picture.Width, picture.Height));
        return picture;
    }

    private static byte[] Bytes(Framebuffer picture) =>
        [.. picture.Pixels.ToArray().SelectMany(pixel => new[] { (byte)(pixel >> 16), (byte)(pixel >> 8), (byte)pixel })];
}
