using System.Diagnostics.Metrics;

namespace LimiQuantix.Core.Tests.Plugins.Guards;

/// <summary>What the guards count of one instance.</summary>
internal sealed class CallCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _past;
    private long _late;

    public CallCounts(string instance)
    {
        _listener.InstrumentPublished = (instrument, meter) =>
        {
            if (instrument.Name.StartsWith("limiquantix.providers.calls.", StringComparison.Ordinal)) meter.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (!tags.ToArray().Contains(new KeyValuePair<string, object?>("instance", instance))) return;
            if (instrument.Name.EndsWith("late", StringComparison.Ordinal)) Interlocked.Add(ref _late, value);
            else Interlocked.Add(ref _past, value);
        });
        _listener.Start();
    }

    public long PastDeadline => Volatile.Read(ref _past);

    public long Late => Volatile.Read(ref _late);

    public void Dispose() => _listener.Dispose();
}
