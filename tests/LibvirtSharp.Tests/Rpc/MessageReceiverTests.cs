using System.Buffers.Binary;
using LibvirtSharp.Rpc;

namespace LibvirtSharp.Tests.Rpc;

internal sealed class MessageReceiverTests
{
    [Test]
    public void Messages_come_out_as_they_went_in_when_they_arrive_in_any_pieces([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        List<byte[]> sent = [.. Enumerable.Range(0, 200).Select(_ => Payload(random))];
        byte[] wire = [.. sent.SelectMany(Message)];
        var came = new List<byte[]>();
        var pieces = new List<(StreamPiece Piece, int Index)>();
        using (var receiver = new MessageReceiver(MessageHeader.MaxLength))
        {
            for (int position = 0; position < wire.Length;)
            {
                Memory<byte> space = receiver.Space();
                Assert.That(space.Length, Is.GreaterThan(0));
                // What the socket has at this moment: sometimes a byte, sometimes more than asked for.
                int count = Math.Min(Math.Min(space.Length, random.Next(4) == 0 ? random.Next(1, 8) : random.Next(1, 400_000)), wire.Length - position);
                wire.AsSpan(position, count).CopyTo(space.Span);
                receiver.Received(count);
                position += count;
                while (receiver.TryRead())
                {
                    Assert.That(receiver.Message.Length, Is.EqualTo(sent[came.Count].Length + MessageHeader.SizeAfterLength));
                    came.Add(receiver.Message[MessageHeader.SizeAfterLength..].ToArray());
                    if (random.Next(2) == 0)
                        pieces.Add((receiver.TakePiece(), came.Count - 1));
                }
            }
            Assert.That(receiver.IsMidMessage, Is.False);
        }
        Assert.That(came, Has.Count.EqualTo(sent.Count));
        for (int i = 0; i < sent.Count; i++)
            Assert.That(came[i].AsSpan().SequenceEqual(sent[i]), Is.True, $"message {i}");
        // A piece is its taker's: what came later has not touched it.
        foreach ((StreamPiece piece, int index) in pieces)
        {
            Assert.That(piece.Data.Span.SequenceEqual(sent[index]), Is.True, $"piece {index}");
            piece.Return();
        }
    }

    [TestCase(0u)]
    [TestCase(27u)]
    [TestCase(70_000u)]
    [TestCase(uint.MaxValue)]
    public void Length_that_no_message_has_is_refused(uint length)
    {
        using var receiver = new MessageReceiver(65536);
        BinaryPrimitives.WriteUInt32BigEndian(receiver.Space().Span, length);
        receiver.Received(4);
        Assert.That(() => receiver.TryRead(), Throws.InstanceOf<LibvirtException>().With.Message.Contain("65536"));
    }

    private static byte[] Payload(Random random)
    {
        byte[] payload = new byte[random.Next(3) switch { 0 => random.Next(100), 1 => random.Next(60_000), _ => random.Next(262_120) }];
        random.NextBytes(payload);
        return payload;
    }

    private static byte[] Message(byte[] payload)
    {
        byte[] message = new byte[MessageHeader.Size + payload.Length];
        payload.CopyTo(message, MessageHeader.Size);
        new MessageHeader(Programs.Remote, Programs.Version, 1, MessageType.Stream, 1, MessageStatus.Continue).Write(message);
        return message;
    }
}
