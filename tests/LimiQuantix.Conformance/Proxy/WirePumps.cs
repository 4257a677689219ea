using System.Buffers;
using LimiQuantix.Consoles;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>Copies between a stream of this process and the one that stands for it in the other.</summary>
internal static class WirePumps
{
    private const int BufferBytes = 32 << 10;

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
                await CopyDownAsync(upstream, far, both.Token).ConfigureAwait(false);
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

    private static async Task CopyDownAsync(ConsoleUpstream upstream, WireStream far, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            // As the engine's pump does: without a buffer while nothing comes.
            await upstream.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            var count = await upstream.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0) return;
            await far.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task FilterAsync(ConsoleUpstream upstream, WireStream far, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var passed = new ArrayBufferWriter<byte>();
        while (await far.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            passed.ResetWrittenCount();
            if (upstream.InputFilter is { } filter) filter.Process(new ReadOnlySequence<byte>(buffer, 0, count), passed);
            else passed.Write(buffer.AsSpan(0, count));
            if (passed.WrittenCount > 0) await upstream.SendAsync(passed.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }
}
