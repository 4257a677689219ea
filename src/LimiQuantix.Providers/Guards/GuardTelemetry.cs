using System.Diagnostics.Metrics;

namespace LimiQuantix.Providers.Guards;

/// <summary>What the guards count, on the meter <c>LimiQuantix</c>.</summary>
internal static class GuardTelemetry
{
    private static readonly Meter Meter = new("LimiQuantix");

    /// <summary>Calls into providers that passed their deadline, by <c>contract</c>, <c>instance</c>, <c>kind</c> and <c>member</c>.</summary>
    public static Counter<long> ProviderCallsPastDeadline { get; } =
        Meter.CreateCounter<long>("limiquantix.providers.calls.past_deadline", "{call}", "Calls into providers that passed their deadline");

    /// <summary>Calls into providers that were given up and have not returned, by <c>contract</c>, <c>instance</c>, <c>kind</c> and <c>member</c>.</summary>
    public static UpDownCounter<long> ProviderCallsLate { get; } =
        Meter.CreateUpDownCounter<long>("limiquantix.providers.calls.late", "{call}", "Calls into providers that were given up and have not returned");
}
