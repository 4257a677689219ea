namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>
/// A server that says what it was given, in pieces of a chosen size, whatever the client sends; then it closes, or
/// falls silent until it is given more.
/// </summary>
internal sealed class ScriptedStream(ReadOnlyMemory<byte> script, int pieceSize = int.MaxValue, bool silentAtEnd = false) : AsyncOnlyStream
{
    private readonly Lock _gate = new();
    private readonly MemoryStream _sent = new();
    private readonly TaskCompletionSource _silence = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _script = script;
    private int _position;

    /// <summary>What the client sent.</summary>
    public byte[] Sent
    {
        get
        {
            lock (_gate)
                return _sent.ToArray();
        }
    }

    public int Unread => _script.Length - _position;

    public bool Disposed { get; private set; }

    /// <summary>Ends when the client first waits for what the script does not have.</summary>
    public Task Silence => _silence.Task;

    /// <summary>Waits until the client has sent so many bytes in all.</summary>
    public async Task SentAsync(int length)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        while (Sent.Length < length)
            await Task.Delay(2, deadline.Token);
    }

    /// <summary>Goes on.</summary>
    public void Say(ReadOnlyMemory<byte> more)
    {
        lock (_gate)
        {
            _script = (byte[])[.. _script.Span, .. more.Span];
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            Task more;
            lock (_gate)
            {
                var count = Math.Min(Math.Min(pieceSize, buffer.Length), Unread);
                if (count > 0 || !silentAtEnd)
                {
                    _script.Slice(_position, count).CopyTo(buffer);
                    _position += count;
                    return count;
                }
                more = _more.Task;
            }
            _silence.TrySetResult();
            await more.WaitAsync(cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            _sent.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
