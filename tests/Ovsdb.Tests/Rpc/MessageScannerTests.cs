using System.Buffers;
using System.Text;
using LimiQuantix.Testing;
using Ovsdb.Rpc;

namespace Ovsdb.Tests.Rpc;

internal sealed class MessageScannerTests
{
    private const string Stream = """ {"a":"}\"{\\"} {"b":[{"c":{}},"]"]}{"d":"\\\\\""} {"e":1}""";

    private static readonly string[] Messages = ["""{"a":"}\"{\\"}""", """{"b":[{"c":{}},"]"]}""", """{"d":"\\\\\""}""", """{"e":1}"""];

    [Test]
    public async Task Messages_are_found_however_the_stream_is_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Stream);
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            var reader = new MessageReader(new PieceStream(bytes, piece), 1 << 20);
            List<string> found = [];
            while (await reader.ReadAsync(() => { }, CancellationToken.None) is { } message)
            {
                found.Add(Encoding.UTF8.GetString(message.ToArray()).Trim());
                reader.Release(message);
            }

            Assert.That(found, Is.EqualTo(Messages), $"in pieces of {piece}");
        }
    }

    [TestCase("hello")]
    [TestCase("[1]")]
    [TestCase("}")]
    [TestCase("HTTP/1.1 400 Bad Request\r\n")]
    public void What_is_no_message_is_an_error_at_once(string text)
    {
        var reader = new MessageReader(new PieceStream(Encoding.UTF8.GetBytes(text), 64), 1 << 20);
        Assert.That(async () => await reader.ReadAsync(() => { }, CancellationToken.None), Throws.TypeOf<OvsdbException>().With.Property("Kind").EqualTo(OvsdbErrorKind.Protocol));
    }

    [Test]
    public void Endless_message_and_endless_depth_are_refused_at_their_limits()
    {
        var large = new MessageReader(new PieceStream([.. "{\"a\":\""u8, .. new byte[200_000]], 5000), 100_000);
        Assert.That(async () => await large.ReadAsync(() => { }, CancellationToken.None), Throws.TypeOf<OvsdbException>().With.Message.Contains("MaxMessageBytes"));
        var deep = new MessageReader(new PieceStream([.. "{\"a\":"u8, .. Enumerable.Repeat((byte)'[', 10_000)], 100), 100_000);
        Assert.That(async () => await deep.ReadAsync(() => { }, CancellationToken.None), Throws.TypeOf<OvsdbException>().With.Message.Contains("nested"));
    }

    [Test]
    public void Each_byte_is_looked_at_once()
    {
        // One message of a megabyte in pieces of one byte: looking at each again would take hours.
        var scanner = new MessageScanner();
        byte[] bytes = [.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', Soak.Rounds(1_000_000, 10_000_000)), .. "\"}"u8];
        int open = 0;
        for (int i = 0; i < bytes.Length - 1; i++)
            open += scanner.Scan(bytes.AsSpan(i, 1));
        Assert.That(open, Is.EqualTo(-(bytes.Length - 1)));
        Assert.That(scanner.Scan(bytes.AsSpan(bytes.Length - 1)), Is.EqualTo(1));
    }

    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
