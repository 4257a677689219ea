using System.Buffers;
using System.Buffers.Binary;
using LimiQuantix.Consoles;
using LimiQuantix.Testing;

namespace LimiQuantix.Console.Vnc.Tests;

internal sealed class VncInputFilterTests
{
    private static readonly byte[] Greeting = [.. "RFB 003.008\n"u8, 1, 0];

    // Looking: these pass with every access.
    private static readonly byte[][] Looking =
    [
        [0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0], // SetPixelFormat
        [2, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 0], // SetEncodings
        [3, 1, 0, 0, 0, 0, 4, 0, 3, 0], // FramebufferUpdateRequest
        [150, 1, 0, 0, 0, 0, 2, 0, 2, 0], // EnableContinuousUpdates
        [248, 0, 0, 0, 0x80, 0, 0, 1, 2, 7, 7], // ClientFence
        [255, 1, 0, 0], // QEMU audio: enable
        [255, 1, 0, 2, 3, 2, 0, 0, 0xAC, 0x44], // QEMU audio: format
    ];

    // Acting: these need full access.
    private static readonly byte[][] Acting =
    [
        [4, 1, 0, 0, 0, 0, 0, 65], // KeyEvent
        [5, 1, 0, 9, 0, 9], // PointerEvent
        [6, 0, 0, 0, 0, 0, 0, 3, 97, 98, 99], // ClientCutText
        [6, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFC, 1, 0, 0, 1], // ClientCutText, extended
        [251, 0, 4, 0, 3, 0, 1, 0, .. new byte[16]], // SetDesktopSize
        [255, 0, 0, 1, 0, 0, 0, 65, 0, 0, 0, 30], // QEMU extended key
    ];

    private static readonly byte[] Power = [250, 0, 1, 2];

    [Test]
    public void Handshake_is_taken_out_and_the_session_is_always_shared() =>
        Assert.That(Filter(ConsoleAccess.Full, Greeting), Is.EqualTo(new byte[] { 1 }), "ClientInit said exclusive");

    [TestCase(ConsoleAccess.Full, true)]
    [TestCase(ConsoleAccess.ViewOnly, false)]
    [TestCase(ConsoleAccess.Unknown, false)]
    public void Acting_needs_full_access_and_power_is_never_passed(ConsoleAccess access, bool acts)
    {
        foreach (var seed in Enumerable.Range(0, 50))
        {
            // All messages in a random order, in random pieces.
            var random = new Random(seed);
            byte[][] messages = [.. Looking, .. Acting, Power];
            random.Shuffle(messages);
            byte[] input = [.. Greeting, .. messages.SelectMany(m => m)];
            byte[] expected = [1, .. messages.Where(m => Looking.Contains(m) || (acts && Acting.Contains(m))).SelectMany(m => m)];

            Assert.That(Filter(access, input, random), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Long_clipboard_passes_in_pieces_without_being_held()
    {
        byte[] message = [6, 0, 0, 0, 0, 0x10, 0, 0, .. new byte[1 << 20]];

        Assert.That(Filter(ConsoleAccess.Full, [.. Greeting, .. message], new Random(1)), Is.EqualTo((byte[])[1, .. message]));
    }

    [TestCase((1 << 20) + 1)]
    [TestCase(-(1 << 20) - 1, Description = "the extended clipboard")]
    public void Clipboard_beyond_the_limit_is_left_out_and_the_session_goes_on(int length)
    {
        byte[] header = [6, 0, 0, 0, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(length))];
        byte[] input = [.. Greeting, .. Looking[2], .. header, .. new byte[Math.Abs(length)], .. Acting[0]];

        Assert.That(Filter(ConsoleAccess.Full, input, new Random(1)), Is.EqualTo((byte[])[1, .. Looking[2], .. Acting[0]]));
    }

    [Test]
    public void Longest_clipboard_there_can_be_is_left_out_without_being_held()
    {
        var (filter, output, piece) = (new VncInputFilter(ConsoleAccess.Full), new ArrayBufferWriter<byte>(), new byte[1 << 20]);
        // -2147483648: its amount is beyond what an int holds.
        filter.Process(new ReadOnlySequence<byte>([.. Greeting, 6, 0, 0, 0, 0x80, 0, 0, 0]), output);
        for (var i = 0; i < 2048; i++)
            filter.Process(new ReadOnlySequence<byte>(piece), output);
        filter.Process(new ReadOnlySequence<byte>(Acting[1]), output);

        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo((byte[])[1, .. Acting[1]]));
    }

    [TestCase("RFB 003.003\n")]
    [TestCase("GET / HTTP/1.1\r\n")]
    public void Viewer_of_another_protocol_is_refused(string greeting) =>
        AssertRefused([.. greeting.Select(c => (byte)c)]);

    [Test]
    public void What_no_viewer_sends_is_refused()
    {
        AssertRefused([.. "RFB 003.008\n"u8, 2]);
        AssertRefused([.. Greeting, 7]);
        AssertRefused([.. Greeting, 255, 2]);
        AssertRefused([.. Greeting, 255, 1, 0, 3]);
    }

    [Test]
    public void Random_input_passes_or_is_refused_and_view_only_lets_no_action_through()
    {
        var rounds = Soak.Rounds(5_000, 1_000_000);
        var random = new Random(42);
        for (var round = 0; round < rounds; round++)
        {
            byte[][] pool = [.. Looking, .. Acting, Power];
            var input = new List<byte>(Greeting);
            for (var i = random.Next(6); i > 0; i--)
                input.AddRange(pool[random.Next(pool.Length)]);
            for (var i = random.Next(4); i > 0; i--)
                input[random.Next(Greeting.Length, input.Count + 1) % input.Count] = (byte)random.Next(256);
            var filter = new VncInputFilter(ConsoleAccess.ViewOnly);
            var output = new ArrayBufferWriter<byte>();
            try
            {
                Feed(filter, [.. input], output, random);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.InvalidArgument)
            {
                // Refused; what passed before is judged all the same.
            }

            AssertOnlyLooks(output.WrittenSpan);
        }

        Soak.Note(rounds, "streams of input to the console's filter");
    }

    private static void AssertOnlyLooks(ReadOnlySpan<byte> passed)
    {
        for (var rest = passed.IsEmpty ? passed : passed[1..]; !rest.IsEmpty;)
        {
            var header = rest[..Math.Min(rest.Length, Rfb.RfbClientMessage.MaxHeaderLength)];
            if (header[0] is not (0 or 2 or 3 or 150 or 248) && !(header.Length > 1 && header[0] == 255 && header[1] == 1))
                Assert.Fail($"passed a message of type {header[0]}");
            if (!Rfb.RfbClientMessage.TryGetLength(header, out var length) || length > rest.Length) return;
            rest = rest[(int)length..];
        }
    }

    private static void AssertRefused(byte[] input)
    {
        var error = Assert.Throws<LimiQuantixException>(() => Filter(ConsoleAccess.Full, input));
        Assert.That(error?.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error?.Remedy, Is.Not.Null);
    }

    private static byte[] Filter(ConsoleAccess access, byte[] input, Random? pieces = null)
    {
        var output = new ArrayBufferWriter<byte>();
        Feed(new VncInputFilter(access), input, output, pieces);
        return output.WrittenSpan.ToArray();
    }

    private static void Feed(VncInputFilter filter, byte[] input, ArrayBufferWriter<byte> output, Random? pieces)
    {
        for (var start = 0; start < input.Length;)
        {
            var length = pieces is null ? input.Length : Math.Min(input.Length - start, 1 + pieces.Next(pieces.Next(2) == 0 ? 3 : 100_000));
            filter.Process(new ReadOnlySequence<byte>(input, start, length), output);
            start += length;
        }
    }
}
