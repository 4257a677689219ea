using LimiQuantix.Guest.Wire;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Wire;

public sealed class FrameFuzzTests
{
    private const uint Session = 99;
    private static readonly byte[] Hello = FrameHeader.Frame(FrameType.Hello, 0, Session, 0, "nonce nonce nonce"u8);

    [Test]
    public void Reader_gives_frames_or_its_own_error_and_always_finds_the_next_beginning()
    {
        int rounds = Soak.Rounds(20_000, 1_000_000);
        Random random = new(13);
        for (int round = 0; round < rounds; round++)
        {
            byte[] wire = Wire(random);
            FrameReader reader = new(FrameType.Hello);
            for (int at = 0; at < wire.Length;)
            {
                int count = Math.Min(random.Next(1, 600), wire.Length - at);
                FeedAll(reader, wire.AsSpan(at, count));
                at += count;
            }

            // Whatever came, a sender that begins anew is heard: at once, or once it is seen that nothing more follows.
            bool heard = FeedAll(reader, Hello) || (reader.HuntIfStuck() && FeedAll(reader, []));
            Assert.That(heard, Is.True, $"round {round}: {Convert.ToHexString(wire)}");
        }

        Soak.Note(rounds, "damaged byte streams for the guest protocol's frame reader");
    }

    [Test]
    public void Header_is_read_or_refused()
    {
        int rounds = Soak.Rounds(50_000, 1_000_000);
        Random random = new(14);
        byte[] header = new byte[FrameHeader.Size];
        for (int round = 0; round < rounds; round++)
        {
            random.NextBytes(header);
            if (round % 2 == 0)
                BitConverter.TryWriteBytes(header, FrameHeader.Magic);
            if (round % 4 == 0)
                BitConverter.TryWriteBytes(header.AsSpan(24), FrameHeader.Crc32C(header.AsSpan(0, 24)));
            if (FrameHeader.TryRead(header, out FrameHeader read))
                Assert.That(read.Length, Is.InRange(0, FrameHeader.MaxPayload));
        }

        Soak.Note(rounds, "random headers for the guest protocol's frame header");
    }

    /// <summary>Whether a Hello of ours was among them.</summary>
    private static bool FeedAll(FrameReader reader, ReadOnlySpan<byte> bytes)
    {
        bool heard = false;
        while (true)
        {
            try
            {
                heard |= FrameReaderTests.Feed(reader, bytes).Contains(FrameType.Hello);
                return heard;
            }
            catch (FrameException)
            {
                reader.Hunt();
                bytes = [];
            }
        }
    }

    /// <summary>Frames, pieces of frames, noise and the magic, in any order, some with a changed byte.</summary>
    private static byte[] Wire(Random random)
    {
        List<byte> wire = [];
        int parts = random.Next(1, 8);
        for (int part = 0; part < parts; part++)
        {
            byte[] bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            byte[] piece = random.Next(5) switch
            {
                0 => bytes,
                1 => Hello,
                2 => BitConverter.GetBytes(FrameHeader.Magic),
                _ => FrameHeader.Frame((FrameType)random.Next(0, 16), (byte)random.Next(4), Session, (uint)random.Next(4), bytes),
            };
            piece = [.. piece];
            if (piece.Length > 0 && random.Next(3) == 0)
                piece[random.Next(piece.Length)] ^= (byte)(1 << random.Next(8));
            wire.AddRange(random.Next(4) == 0 ? piece[..random.Next(piece.Length + 1)] : piece);
        }

        return [.. wire];
    }
}
