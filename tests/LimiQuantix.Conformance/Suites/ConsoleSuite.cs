using System.Buffers;
using LimiQuantix.Consoles;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IConsoleProvider"/> does.</summary>
public abstract class ConsoleSuite(bool isRemote) : ProviderSuite<IConsoleProvider>(isRemote)
{
    /// <summary>A new connection to a machine's console of the provider's kind.</summary>
    protected abstract Task<Stream> ConnectAsync();

    /// <summary>What a person's side sends at once so that the console answers something, as the provider's protocol has it.</summary>
    protected abstract ReadOnlyMemory<byte> Hello { get; }

    /// <summary>Whether bytes that came back from the console after <see cref="Hello"/> are its answer.</summary>
    protected abstract bool IsAnswer(ReadOnlySequence<byte> bytes);

    /// <summary>What a person sends to press a key: nothing of it may reach the console of who only looks.</summary>
    protected abstract ReadOnlyMemory<byte> KeyPress { get; }

    /// <summary>What who only looks may send too, and the console answers.</summary>
    protected abstract ReadOnlyMemory<byte> Question { get; }

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        yield return (nameof(Provider.OpenAsync), async token => await Provider.OpenAsync(await ConnectAsync(), ConsoleAccess.Full, token));
        if (Provider.GetCapability<IScreenshotCapture>() is { } screen)
            yield return (nameof(screen.CaptureAsync), async token => await screen.CaptureAsync(await ConnectAsync(), token));
    }

    [Test]
    public void Kind_is_known() => Assert.That(Provider.Kind, Is.Not.EqualTo(ConsoleKind.Unknown));

    [Test]
    public async Task Console_answers_a_person_with_full_access()
    {
        await using var upstream = await Provider.OpenAsync(await ConnectAsync(), ConsoleAccess.Full).WaitAsync(Patience);
        await SendAsync(upstream, Hello);

        await AnsweredAsync(upstream);
    }

    [TestCase(ConsoleAccess.Full, true)]
    [TestCase(ConsoleAccess.ViewOnly, false)]
    [TestCase(ConsoleAccess.Unknown, false)]
    public async Task Key_press_reaches_the_console_of_who_may_act(ConsoleAccess access, bool reaches)
    {
        var stream = new Watched(await ConnectAsync());
        await using var upstream = await Provider.OpenAsync(stream, access).WaitAsync(Patience);
        await SendAsync(upstream, Hello);
        await AnsweredAsync(upstream);
        var before = stream.Written.Length;

        await SendAsync(upstream, KeyPress);
        await SendAsync(upstream, Question);
        var answer = await upstream.ReceiveAsync(new byte[1]).AsTask().WaitAsync(Patience);

        Assert.That(answer, Is.EqualTo(1), "the console answers the question");
        Assert.That(stream.Written.AsSpan(before).IndexOf(KeyPress.Span) >= 0, Is.EqualTo(reaches));
    }

    [Test]
    public async Task Bytes_are_received_whatever_memory_the_caller_has()
    {
        var whole = await ReceivedAsync(4096);
        foreach (var size in new[] { 1, 3, 7 })
        {
            var pieces = await ReceivedAsync(size);
            var length = Math.Min(pieces.Length, whole.Length);
            Assert.That(pieces[..length], Is.EqualTo(whole[..length]), $"{size} bytes at a time");
        }

        async Task<byte[]> ReceivedAsync(int size)
        {
            await using var upstream = await Provider.OpenAsync(await ConnectAsync(), ConsoleAccess.Full).WaitAsync(Patience);
            await SendAsync(upstream, Hello);
            using var deadline = new CancellationTokenSource(Patience);
            // The memory around what was asked for stays the caller's.
            var memory = Enumerable.Repeat((byte)0xEE, size + 2).ToArray();
            var received = new ArrayBufferWriter<byte>();
            while (received.WrittenCount == 0 || !IsAnswer(new ReadOnlySequence<byte>(received.WrittenMemory)))
            {
                var count = await upstream.ReceiveAsync(memory.AsMemory(1, size), deadline.Token);
                Assert.That(count, Is.InRange(1, size));
                Assert.That((memory[0], memory[^1]), Is.EqualTo(((byte)0xEE, (byte)0xEE)));
                received.Write(memory.AsSpan(1, count));
            }

            return received.WrittenSpan.ToArray();
        }
    }

    [Test]
    public async Task Receiving_waits_without_a_buffer_and_ends_with_its_token_or_the_console()
    {
        var upstream = await Provider.OpenAsync(await ConnectAsync(), ConsoleAccess.Full).WaitAsync(Patience);
        await using (upstream)
        {
            await SendAsync(upstream, Hello);
            await AnsweredAsync(upstream);
            using var cancel = new CancellationTokenSource();
            var receiving = upstream.ReceiveAsync(new byte[1], cancel.Token).AsTask();
            await cancel.CancelAsync();
            Assert.That(() => receiving.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        }

        await using var other = await Provider.OpenAsync(await ConnectAsync(), ConsoleAccess.Full).WaitAsync(Patience);
        var ended = Task.Run(async () =>
        {
            try
            {
                while (await other.ReceiveAsync(new byte[4096]) > 0)
                {
                    // Whatever it says first.
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // Closed under the call.
            }
        });
        await other.DisposeAsync();
        await ended.WaitAsync(Patience);
    }

    [Test]
    public async Task Opened_console_closes_its_stream_in_the_end()
    {
        var stream = new Watched(await ConnectAsync());
        var upstream = await Provider.OpenAsync(stream, ConsoleAccess.Full).WaitAsync(Patience);
        Assert.That(stream.Closed.IsCompleted, Is.False);
        await upstream.DisposeAsync().AsTask().WaitAsync(Patience);
        await upstream.DisposeAsync().AsTask().WaitAsync(Patience);

        await stream.Closed.WaitAsync(Patience);
    }

    [Test]
    public async Task Handshake_with_something_else_fails_and_closes_the_stream()
    {
        var (near, far) = Fakes.DuplexStream.CreatePair();
        await far.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        var stream = new Watched(near);
        await RefusedAsync(ErrorCodes.Unavailable, () => Provider.OpenAsync(stream, ConsoleAccess.Full));
        await stream.Closed.WaitAsync(Patience);
        await far.DisposeAsync();
    }

    [Test]
    public async Task Handshake_with_a_console_that_goes_away_fails()
    {
        var (near, far) = Fakes.DuplexStream.CreatePair();
        await far.DisposeAsync();
        await RefusedAsync(ErrorCodes.Unavailable, () => Provider.OpenAsync(near, ConsoleAccess.Full));
    }

    [Test]
    public async Task Handshake_ends_with_its_token_and_closes_the_stream()
    {
        using var cancel = new CancellationTokenSource();
        var (near, far) = Fakes.DuplexStream.CreatePair();
        var stream = new Watched(near);
        var opening = Provider.OpenAsync(stream, ConsoleAccess.Full, cancel.Token);
        await Task.Delay(50);
        await cancel.CancelAsync();

        Assert.That(() => opening.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        await stream.Closed.WaitAsync(Patience);
        await far.DisposeAsync();
    }

    [Test]
    public async Task Screenshot_is_a_picture_and_closes_the_stream()
    {
        if (Provider.GetCapability<IScreenshotCapture>() is not { } screen) return;
        var stream = new Watched(await ConnectAsync());

        var picture = await screen.CaptureAsync(stream).WaitAsync(Patience);

        Assert.That(picture.Png.Span[1..4].SequenceEqual("PNG"u8), Is.True);
        Assert.That((picture.Width, picture.Height), Is.EqualTo((BigEndian(picture.Png.Span[16..20]), BigEndian(picture.Png.Span[20..24]))));
        await stream.Closed.WaitAsync(Patience);
    }

    [Test]
    public async Task Many_consoles_are_open_at_once() => await TogetherAsync(async _ =>
    {
        await using var upstream = await Provider.OpenAsync(await ConnectAsync(), ConsoleAccess.Full);
        await SendAsync(upstream, Hello);
        await AnsweredAsync(upstream);
    });

    [Test]
    public void Nothing_is_no_stream()
    {
        Assert.That(() => Provider.OpenAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.OpenAsync(null!, ConsoleAccess.Full), Throws.ArgumentNullException);
    }

    /// <summary>Sends as the engine's pump does: through the filter where there is one.</summary>
    protected static async Task SendAsync(ConsoleUpstream upstream, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(upstream);
        if (upstream.InputFilter is not { } filter)
        {
            await upstream.SendAsync(bytes);
            return;
        }

        var passed = new ArrayBufferWriter<byte>();
        filter.Process(new ReadOnlySequence<byte>(bytes), passed);
        await upstream.SendAsync(passed.WrittenMemory);
    }

    /// <summary>Waits until the console has answered <see cref="Hello"/>.</summary>
    protected async Task AnsweredAsync(ConsoleUpstream upstream)
    {
        ArgumentNullException.ThrowIfNull(upstream);
        using var deadline = new CancellationTokenSource(Patience);
        var received = new ArrayBufferWriter<byte>();
        do
        {
            await upstream.ReceiveAsync(Memory<byte>.Empty, deadline.Token);
            var count = await upstream.ReceiveAsync(received.GetMemory(4096), deadline.Token);
            Assert.That(count, Is.Positive, "the console went away without an answer");
            received.Advance(count);
        }
        while (!IsAnswer(new ReadOnlySequence<byte>(received.WrittenMemory)));
    }

    private static int BigEndian(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes);

    /// <summary>A stream that tells when it was closed.</summary>
    private sealed class Watched(Stream inner) : Stream
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly MemoryStream _written = new();

        /// <summary>What was written so far.</summary>
        public byte[] Written
        {
            get
            {
                lock (_written) return _written.ToArray();
            }
        }

        public Task Closed => _closed.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_written) _written.Write(buffer.Span);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _closed.TrySetResult();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            _closed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
