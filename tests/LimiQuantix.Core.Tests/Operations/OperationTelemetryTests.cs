using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Tests.Operations;

[TestFixture]
internal sealed class OperationTelemetryTests
{
    [Test]
    public async Task Run_is_counted_measured_and_traced_by_kind_and_outcome()
    {
        const string Kind = "telemetry-test";
        ConcurrentQueue<(string Name, string? Outcome)> measured = new();
        ConcurrentQueue<Activity> traced = new();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "LimiQuantix") listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Take(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Take(instrument, tags));
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "LimiQuantix",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == Kind) traced.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(activities);

        await using var state = new InMemoryStateStore(TimeProvider.System);
        Operation submitted;
        await using (var engine = new EngineUnderTest(
            state, TimeProvider.System, null, new DelegateKind(Kind, (_, _) => throw new LimiQuantixException(ErrorCodes.SourceFailed, "No."))))
        {
            await engine.StartAsync();
            submitted = await engine.SubmitAsync(Kind);
            await engine.EndedAsync(submitted.Id);
        }

        Assert.That(measured, Is.EqualTo(
        [
            ("limiquantix.operations.started", null), ("limiquantix.operations.ended", "failed"), ("limiquantix.operations.duration", "failed"),
        ]));
        var activity = traced.Single();
        Assert.That(activity.GetTagItem("limiquantix.operation.id"), Is.EqualTo(submitted.Id));
        Assert.That(activity.GetTagItem("limiquantix.resource.id"), Is.EqualTo(submitted.ResourceId));
        Assert.That(activity.Status, Is.EqualTo(ActivityStatusCode.Error));

        void Take(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? kind = null;
            string? outcome = null;
            foreach (var (key, value) in tags)
            {
                if (key == "kind") kind = (string?)value;
                if (key == "outcome") outcome = (string?)value;
            }

            if (kind == Kind) measured.Enqueue((instrument.Name, outcome));
        }
    }
}
