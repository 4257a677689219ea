using System.Runtime.InteropServices;
using LimiQuantix.Testing;
using Netlink.Messages;
using Netlink.Tests.Support;

namespace Netlink.Tests.Messages;

/// <summary>Bytes that are no messages, and messages that were damaged: only the library's own error, in bounded memory.</summary>
internal sealed class ReaderFuzzTests
{
    private static readonly ushort[] Types = [16, 17, 20, 21, 24, 25, 28, 29];

    [Test]
    public void Damaged_messages_fail_only_with_the_librarys_own_error()
    {
        int rounds = Soak.Rounds(20_000, 1_000_000);
        var random = new Random(14);
        NetlinkRequest[] originals = Originals();
        NetlinkRequest asked = NetlinkRequests.DeleteLink(1);
        int read = 0, refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] bytes = round % 4 == 0 ? Noise(random) : Damaged(originals[random.Next(originals.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(bytes, asked, random);
                read++;
            }
            catch (NetlinkException exception) when (exception.Kind == NetlinkErrorKind.Protocol)
            {
                refused++;
            }
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 * 1024 + (bytes.Length * 64)));
        }
        Assert.That((read, refused), Is.EqualTo((rounds - refused, refused)).And.Not.EqualTo((0, rounds)).And.Not.EqualTo((rounds, 0)));
        Soak.Note(rounds, "damaged netlink messages");
    }

    private static void ReadAll(byte[] bytes, NetlinkRequest asked, Random random)
    {
        var reader = new MessageReader(bytes);
        while (reader.Read())
        {
            // As what it says it is, and as anything else.
            EventReader.Read(reader.Header.Type, reader.Payload);
            EventReader.Read(Types[random.Next(Types.Length)], reader.Payload);
            switch (random.Next(4))
            {
                case 0: ErrorReader.Read(reader.Header, reader.Payload, asked, out _); break;
                case 1: ErrorReader.ReadDone(reader.Header, reader.Payload, asked); break;
                case 2: TrafficControlCodec.Read(reader.Payload); break;
                default: RouteCodec.IsCached(reader.Payload); break;
            }
        }
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        // Often a length that fits, or nothing would be read at all.
        if (bytes.Length >= MessageHeader.Size && random.Next(4) != 0)
            MemoryMarshal.Write(bytes, (uint)bytes.Length);
        return bytes;
    }

    private static byte[] Damaged(NetlinkRequest original, Random random)
    {
        byte[] bytes = original.Message.ToArray();
        MemoryMarshal.Write(bytes, new MessageHeader { Length = (uint)bytes.Length, Type = Types[random.Next(Types.Length)], Flags = (ushort)random.Next(0x400) });
        for (int change = random.Next(6); change > 0; change--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(3))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                default: bytes = bytes[..Math.Max(at, 1)]; break;
            }
        }
        return bytes;
    }

    private static NetlinkRequest[] Originals() => Requests.All();
}
