using System.Buffers;
using System.IO.Pipelines;
using LimiQuantix.Consoles;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>Copies between a stream of this process and the one that stands for it in the other.</summary>
internal static class WirePumps
{
    /// <summary>Copies in both directions until the near end has no more, or the call is reset; then the near end is closed.</summary>
    /// <param name="near">This process's stream.</param>
    /// <param name="far">What stands for it.</param>
    /// <param name="untilEither">Whether the end of what the far side writes closes the near end too: it owns the stream.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public static async Task DuplexAsync(Stream near, WireStream far, bool untilEither, CancellationToken cancellationToken)
    {
        await using (near.ConfigureAwait(false))
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var there = CopyThereAsync(near, far, both.Token);
            var back = CopyBackAsync(near, far, both.Token);
            await (untilEither ? Task.WhenAny(there, back) : there).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // What was sent to the near end before it said its last word may still be under way.
            if (!cancellationToken.IsCancellationRequested) await Task.WhenAny(back, Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None)).ConfigureAwait(false);
            await both.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(there, back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Copies a console in both directions. What the person sends passes the filter on this side: a filter is code that judges byte by
    /// byte in the caller's thread, and cannot be asked from another process.
    /// </summary>
    public static async Task ConsoleAsync(ConsoleUpstream upstream, WireStream far, CancellationToken cancellationToken)
    {
        await using (upstream.ConfigureAwait(false))
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var back = FilterAsync(upstream, far, both.Token);
            try
            {
                await upstream.Transport.Input.CopyToAsync(far, both.Token).ConfigureAwait(false);
                await far.EndAsync(both.Token).ConfigureAwait(false);
            }
            finally
            {
                await both.CancelAsync().ConfigureAwait(false);
                await back.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task CopyThereAsync(Stream near, WireStream far, CancellationToken cancellationToken)
    {
        await near.CopyToAsync(far, cancellationToken).ConfigureAwait(false);
        await far.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task CopyBackAsync(Stream near, WireStream far, CancellationToken cancellationToken)
    {
        if (near.CanWrite) await far.CopyToAsync(near, cancellationToken).ConfigureAwait(false);
    }

    private static async Task FilterAsync(ConsoleUpstream upstream, WireStream far, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(far);
        while (true)
        {
            var piece = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (upstream.InputFilter is { } filter) filter.Process(piece.Buffer, upstream.Transport.Output);
            else
            {
                foreach (var segment in piece.Buffer) upstream.Transport.Output.Write(segment.Span);
            }

            reader.AdvanceTo(piece.Buffer.End);
            await upstream.Transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (piece.IsCompleted) return;
        }
    }
}

/// <summary>A console whose provider is in the other process. Its filter works there.</summary>
internal sealed class WireUpstream(WireStream stream) : ConsoleUpstream, IDuplexPipe
{
    public override IDuplexPipe Transport => this;

    public override IConsoleInputFilter? InputFilter => null;

    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public override ValueTask DisposeAsync() => stream.DisposeAsync();
}
