using LimiQuantix.Core.Tests.CloudInit.Iso9660;
using LimiQuantix.Images.Formats;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images.Formats;

/// <summary>Whatever the bytes, the inspector answers with an image's facts or with its own refusal.</summary>
[TestFixture]
internal sealed class DiskImageInspectorFuzzTests
{
    private static readonly int Rounds = Soak.Rounds(30_000, 3_000_000);

    [Test]
    public async Task Mutated_images_are_accepted_or_refused()
    {
        byte[][] seeds = [SampleImages.Qcow2(), SampleImages.Mbr(), SampleImages.Gpt(), SampleImages.FatVolume(), await SampleVolume.SeedAsync()];
        Random random = new(20261122);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] seed = seeds[random.Next(seeds.Length)];
            byte[] head = seed[..Math.Min(seed.Length, 65536)];
            Mutate(head, random);
            int kept = random.Next(8) == 0 ? random.Next(head.Length + 1) : head.Length;
            long length = random.Next(8) == 0 ? random.NextInt64(kept, long.MaxValue - 511) : Math.Max(kept, seed.Length);
            try
            {
                DiskImageInfo info = DiskImageInspector.Inspect(head.AsSpan(0, kept), seed.AsSpan(seed.Length - 512), length);
                Assert.That(info.VirtualSizeBytes, Is.Positive);
                Assert.That(info.VirtualSizeBytes % 512, Is.Zero);
                accepted++;
            }
            catch (LimiQuantixException e)
            {
                Assert.That(e.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat).Or.EqualTo(ErrorCodes.NotADiskImage));
                refused++;
            }
        }
        Assert.That(accepted, Is.Positive);
        Assert.That(refused, Is.Positive);
        Soak.Note(Rounds, "disk images to the format inspector");
    }

    private static void Mutate(byte[] head, Random random)
    {
        // Most mutations fall where the headers are.
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int limit = random.Next(4) == 0 ? head.Length : 1024;
            int at = random.Next(limit);
            switch (random.Next(3))
            {
                case 0:
                    head[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    head[at] = (byte)(random.Next(2) * 0xFF);
                    break;
                default:
                    random.NextBytes(head.AsSpan(at, Math.Min(8, head.Length - at)));
                    break;
            }
        }
    }
}
