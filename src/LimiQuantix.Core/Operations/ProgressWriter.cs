using System.Threading.Channels;
using LimiQuantix.Operations;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>Stores the newest progress at intervals, so that reporting costs a runner nothing.</summary>
internal sealed class ProgressWriter(OperationRecord record, TimeSpan interval, TimeProvider timeProvider, ILogger logger)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly RepeatedFailures _failures = new(timeProvider);
    private OperationProgress? _newest;

    /// <summary>The newest progress, stored or not.</summary>
    public OperationProgress? Newest => Volatile.Read(ref _newest);

    /// <summary>Tells a progress.</summary>
    public void Report(OperationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Volatile.Write(ref _newest, progress);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Stores what is told until the token ends. What is newest then is left to whoever stores the end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _wake.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                await WriteAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(interval, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The attempt has ended.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Newest is not { } newest || newest == record.Operation.Progress) return;
            await record.WriteProgressAsync(newest, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException e)
        {
            // A progress that is not stored harms nobody; the next one is tried again.
            var (level, trace, reason) = _failures.Judge(this, e);
            logger.WriteFailed(level, trace, reason, record.Operation.Id);
        }
    }
}
