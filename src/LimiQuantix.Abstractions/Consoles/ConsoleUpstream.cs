namespace LimiQuantix.Consoles;

/// <summary>
/// An opened console, ready to be copied: server to person as it is, person to server through the filter. One receives at a time and one sends, both
/// at once. Its bytes go straight between the connection and the caller's memory, which is the transport's own on the way to a browser.
/// </summary>
public abstract class ConsoleUpstream : IAsyncDisposable
{
    /// <summary>What judges the bytes that a person sends; <see langword="null"/> when all may pass.</summary>
    public abstract IConsoleInputFilter? InputFilter { get; }

    /// <summary>Receives what the machine says into the caller's memory. One that was cancelled ends the session: bytes of it may be lost.</summary>
    /// <param name="buffer">
    /// Takes the bytes. Empty: the call only waits until there are some, or the end, so that a console that is still holds no buffer; where a
    /// connection cannot wait so, it returns at once.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many bytes came; 0 for a buffer that is not empty: the machine's side has ended.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Sends what the filter let pass. Returns when the connection took it, so that a machine that is slow slows the person down.</summary>
    /// <param name="bytes">What to send.</param>
    /// <param name="cancellationToken">Ends the call, and with it the session: a part may have been sent.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Closes the connection, which ends what is under way.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>A console whose bytes are a stream's.</summary>
    /// <param name="stream">The connection after the handshake; what is opened owns it.</param>
    /// <param name="inputFilter">What judges the bytes that a person sends.</param>
    /// <param name="greeting">What the person is told before the stream's own bytes.</param>
    public static ConsoleUpstream Over(Stream stream, IConsoleInputFilter? inputFilter = null, ReadOnlyMemory<byte> greeting = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamUpstream(stream, inputFilter, greeting);
    }

    private sealed class StreamUpstream(Stream stream, IConsoleInputFilter? inputFilter, ReadOnlyMemory<byte> greeting) : ConsoleUpstream
    {
        private ReadOnlyMemory<byte> _greeting = greeting;

        public override IConsoleInputFilter? InputFilter => inputFilter;

        public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_greeting.IsEmpty) return stream.ReadAsync(buffer, cancellationToken);
            if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
            var count = Math.Min(buffer.Length, _greeting.Length);
            _greeting.Span[..count].CopyTo(buffer.Span);
            _greeting = _greeting[count..];
            return ValueTask.FromResult(count);
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => stream.WriteAsync(bytes, cancellationToken);

        public override ValueTask DisposeAsync() => stream.DisposeAsync();
    }
}
