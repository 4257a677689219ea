using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Tests.Wire;

public sealed class FrameReaderTests
{
    private const uint Session = 0x01020304;
    private static readonly byte[] Hello = FrameHeader.Frame(FrameType.Hello, 0, Session, 0, "0123456789abcdef"u8);
    private static readonly byte[] Data = FrameHeader.Frame(FrameType.Data, 1, Session, 7, [.. Enumerable.Range(0, 300).Select(i => (byte)i)]);

    [Test]
    public void Checksum_is_that_of_RFC_3720()
    {
        Assert.That(FrameHeader.Crc32C(new byte[32]), Is.EqualTo(0x8A9136AAu));
        Assert.That(FrameHeader.Crc32C("123456789"u8), Is.EqualTo(0xE3069283u));
    }

    [Test]
    public void Frames_are_found_when_they_are_cut_at_every_byte()
    {
        byte[] wire = [.. Hello, .. Data, .. FrameHeader.Frame(FrameType.End, 1, Session, 7, [])];
        for (int cut = 1; cut < wire.Length; cut++)
        {
            FrameReader reader = new(FrameType.Hello);
            List<FrameType> found = [.. Feed(reader, wire.AsSpan(0, cut)), .. Feed(reader, wire.AsSpan(cut))];
            Assert.That(found, Is.EqualTo(new[] { FrameType.Hello, FrameType.Data, FrameType.End }), $"cut at {cut}");
        }

        FrameReader slow = new(FrameType.Hello);
        Assert.That(wire.SelectMany(b => Feed(slow, [b])), Is.EqualTo(new[] { FrameType.Hello, FrameType.Data, FrameType.End }));
    }

    [Test]
    public void Beginning_is_found_behind_any_stale_bytes()
    {
        byte[] halfData = Data[..100];
        byte[] halfHello = Hello[..30];
        byte[] torn = [.. Hello];
        torn[^1] ^= 1;
        foreach (byte[] stale in new[] { [0x4C], "LQG1LQG1LQG"u8.ToArray(), halfData, halfHello, [.. halfHello, .. halfData], torn, new byte[200_000] })
        {
            FrameReader reader = new(FrameType.Hello);
            byte[] wire = [.. stale, .. Hello, .. Data];
            List<FrameType> found = [];
            for (int at = 0; at < wire.Length; at += 1000)
                found.AddRange(Feed(reader, wire.AsSpan(at, Math.Min(1000, wire.Length - at))));
            Assert.That(found, Is.EqualTo(new[] { FrameType.Hello, FrameType.Data }), $"behind {stale.Length} bytes");
            Assert.That(reader.Skipped, Is.EqualTo(stale.Length));
        }
    }

    [Test]
    public void Beginning_with_another_nonce_is_passed_over()
    {
        FrameReader reader = new(FrameType.Welcome, (header, _) => header.Session == 2);
        byte[] wire = [.. FrameHeader.Frame(FrameType.Welcome, 0, 1, 0, "old"u8), .. FrameHeader.Frame(FrameType.Data, 0, 1, 3, "old"u8), .. FrameHeader.Frame(FrameType.Welcome, 0, 2, 0, "new"u8)];

        Assert.That(Feed(reader, wire), Is.EqualTo(new[] { FrameType.Welcome }));
        Assert.That(reader.IsHunting, Is.False);
    }

    [Test]
    public void Length_is_not_believed_without_its_checksum()
    {
        byte[] huge = [.. Data];
        huge[19] = 0x7F;
        FrameReader reader = new(FrameType.Hello);
        Feed(reader, Hello);

        Assert.Throws<FrameException>(() => Feed(reader, huge));
        Assert.That(FrameHeader.TryRead(huge, out _), Is.False);
    }

    [TestCase(-1)]
    [TestCase(FrameHeader.MaxPayload + 1)]
    [TestCase(int.MaxValue)]
    public void Length_beyond_the_bound_is_no_frame_even_with_a_right_checksum(int length)
    {
        byte[] header = Data[..FrameHeader.Size];
        BitConverter.TryWriteBytes(header.AsSpan(16), length);
        BitConverter.TryWriteBytes(header.AsSpan(24), FrameHeader.Crc32C(header.AsSpan(0, 24)));

        Assert.That(FrameHeader.TryRead(header, out _), Is.False);
    }

    [Test]
    public void Changed_bit_anywhere_is_noticed()
    {
        for (int bit = 0; bit < Data.Length * 8; bit++)
        {
            FrameReader reader = new(FrameType.Hello);
            Feed(reader, Hello);
            byte[] changed = [.. Data];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(() => Feed(reader, changed), Throws.TypeOf<FrameException>(), $"bit {bit}");
        }
    }

    [Test]
    public void After_a_bad_frame_the_next_beginning_is_found()
    {
        FrameReader reader = new(FrameType.Hello);
        Feed(reader, Hello);
        byte[] bad = [.. Data];
        bad[40] ^= 1;
        Assert.Throws<FrameException>(() => Feed(reader, [.. bad, .. Hello]));
        reader.Hunt();

        Assert.That(Feed(reader, []), Is.EqualTo(new[] { FrameType.Hello }));
    }

    [Test]
    public void Beginning_that_fell_into_a_frame_cut_by_its_senders_death_is_found()
    {
        byte[] big = FrameHeader.Frame(FrameType.Data, 0, Session, 7, new byte[FrameHeader.MaxPayload]);
        for (int cut = 1; cut < 200; cut++)
        {
            FrameReader reader = new(FrameType.Hello);
            Feed(reader, Hello);
            try
            {
                Assert.That(Feed(reader, [.. big[..cut], .. Hello]), Is.Empty);
            }
            catch (FrameException)
            {
                // In the midst of a header it is noticed at once.
                reader.Hunt();
                Assert.That(Feed(reader, []), Is.EqualTo(new[] { FrameType.Hello }), $"cut at {cut}");
                continue;
            }

            Assert.That(reader.HuntIfStuck(), Is.True, $"cut at {cut}");
            Assert.That(Feed(reader, []), Is.EqualTo(new[] { FrameType.Hello }), $"cut at {cut}");
        }
    }

    [Test]
    public void Frame_that_only_takes_its_time_is_not_given_up()
    {
        FrameReader reader = new(FrameType.Hello);
        Feed(reader, Hello);
        Feed(reader, Data.AsSpan(0, 100));

        Assert.That(reader.HuntIfStuck(), Is.False);
        Assert.That(Feed(reader, Data.AsSpan(100)), Is.EqualTo(new[] { FrameType.Data }));
    }

    internal static List<FrameType> Feed(FrameReader reader, ReadOnlySpan<byte> bytes)
    {
        List<FrameType> found = [];
        do
        {
            while (reader.TryRead(out FrameHeader header, out _))
                found.Add(header.Type);
            Memory<byte> free = reader.Free();
            int count = Math.Min(free.Length, bytes.Length);
            bytes[..count].CopyTo(free.Span);
            reader.Advance(count);
            bytes = bytes[count..];
        }
        while (bytes.Length > 0);
        while (reader.TryRead(out FrameHeader header, out _))
            found.Add(header.Type);
        return found;
    }
}
