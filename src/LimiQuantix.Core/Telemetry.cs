using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LimiQuantix.Core;

/// <summary>The engine's metrics and traces: subscribe to the meter and the activity source <c>LimiQuantix</c>.</summary>
internal static class Telemetry
{
    /// <summary>The name of the meter and the activity source.</summary>
    public const string Name = "LimiQuantix";

    /// <summary>The meter of all instruments of the engine.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>The source of all activities of the engine.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Attempts at operations begun, by <c>kind</c>.</summary>
    public static Counter<long> OperationsStarted { get; } =
        Meter.CreateCounter<long>("limiquantix.operations.started", "{operation}", "Attempts at operations begun");

    /// <summary>Attempts at operations ended, by <c>kind</c> and <c>outcome</c> (succeeded, failed, cancelled, interrupted).</summary>
    public static Counter<long> OperationsEnded { get; } =
        Meter.CreateCounter<long>("limiquantix.operations.ended", "{operation}", "Attempts at operations ended");

    /// <summary>How long an attempt took, by <c>kind</c> and <c>outcome</c>.</summary>
    public static Histogram<double> OperationDuration { get; } =
        Meter.CreateHistogram<double>("limiquantix.operations.duration", "s", "How long an attempt at an operation took");

    /// <summary>How long an image import took that ended, by <c>outcome</c> (succeeded, failed, cancelled).</summary>
    public static Histogram<double> ImageImportDuration { get; } =
        Meter.CreateHistogram<double>("limiquantix.images.import.duration", "s", "How long an image import took");
}
