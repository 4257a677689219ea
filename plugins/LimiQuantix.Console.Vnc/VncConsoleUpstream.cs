using System.IO.Pipelines;
using LimiQuantix.Consoles;

namespace LimiQuantix.Console.Vnc;

/// <summary>A logged-on connection to a machine's VNC server, which waits for the viewer's ClientInit.</summary>
internal sealed class VncConsoleUpstream : ConsoleUpstream, IDuplexPipe
{
    // One network read of a busy screen; a zero-byte read before it, so that an idle session holds no buffer.
    private const int ReadBufferSize = 64 * 1024;

    private readonly Stream _stream;

    public VncConsoleUpstream(Stream stream, ConsoleAccess access)
    {
        _stream = stream;
        Input = PipeReader.Create(
            new PrefixedStream(VncGreeting.ToViewer, stream),
            new StreamPipeReaderOptions(bufferSize: ReadBufferSize, minimumReadSize: 4096, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        InputFilter = new VncInputFilter(access);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override IDuplexPipe Transport => this;

    public override IConsoleInputFilter InputFilter { get; }

    public override async ValueTask DisposeAsync()
    {
        // The stream first: it ends a read or write that is under way.
        await _stream.DisposeAsync().ConfigureAwait(false);
        await Input.CompleteAsync().ConfigureAwait(false);
        // With a reason, so that nothing is flushed into the closed stream.
        await Output.CompleteAsync(new ObjectDisposedException(nameof(VncConsoleUpstream))).ConfigureAwait(false);
    }
}
