using System.Globalization;
using LimiQuantix.Operations;

namespace LimiQuantix.Images.Download;

/// <summary>Counts a step's bytes and tells progress, speed over the last seconds and the time that is left.</summary>
internal sealed class TransferProgress(string step, long? total, TimeProvider time, Action<OperationProgress> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private const int WindowSamples = 20;
    private readonly Lock _counting = new();
    private readonly Queue<(long Timestamp, long Moved)> _samples = new([(time.GetTimestamp(), 0)]);
    private long _completed;
    private long _moved;
    private long _reportedAt = time.GetTimestamp();

    /// <summary>Bytes that were there already: they count as done, not as speed.</summary>
    public void Skip(long bytes) => Add(bytes, isMoved: false);

    /// <summary>Bytes that were moved.</summary>
    public void Add(long bytes) => Add(bytes, isMoved: true);

    /// <summary>Tells the step's end.</summary>
    public void Finish()
    {
        lock (_counting) report(Count());
    }

    /// <summary>How far it is.</summary>
    public OperationProgress Now()
    {
        lock (_counting) return Count();
    }

    private void Add(long bytes, bool isMoved)
    {
        lock (_counting)
        {
            _completed += bytes;
            if (isMoved)
            {
                _moved += bytes;
                ImageTelemetry.ImageBytes.Add(bytes, new KeyValuePair<string, object?>("step", step));
            }

            if (time.GetElapsedTime(_reportedAt) < Interval) return;
            _reportedAt = time.GetTimestamp();
            _samples.Enqueue((_reportedAt, _moved));
            if (_samples.Count > WindowSamples) _samples.Dequeue();
            report(Count());
        }
    }

    private OperationProgress Count()
    {
        var (since, before) = _samples.Peek();
        var seconds = time.GetElapsedTime(since).TotalSeconds;
        double? speed = seconds > 0 ? Math.Max(0, _moved - before) / seconds : null;
        return new OperationProgress
        {
            Step = step,
            Completed = _completed,
            Total = total,
            BytesPerSecond = speed,
            Remaining = speed > 0 && total is { } all ? TimeSpan.FromSeconds(Math.Min((all - _completed) / speed.Value, 1e8)) : null,
        };
    }
}

/// <summary>What progress tells while a passing failure is waited out.</summary>
internal static class RetryMessage
{
    public static string Of(LimiQuantixError error, TimeSpan delay) =>
        string.Create(CultureInfo.InvariantCulture, $"trying again in {Math.Max(1, Math.Ceiling(delay.TotalSeconds)):0} s: {error.Message}");
}
