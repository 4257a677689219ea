namespace LimiQuantix.Providers;

/// <summary>
/// How long the engine waits for plugins, each from 100 milliseconds to 24 hours. A call past its deadline is an error with
/// <see cref="ErrorCodes.Timeout"/> that names the plugin, the instance, the member and the time; what it does afterwards delays nobody else.
/// A plugin's own time-outs are better told and should be shorter: raise these together with those.
/// </summary>
public sealed class ProviderDeadlines
{
    /// <summary>For a plugin to load, to register its kinds and to check one instance's options, at the host's start. 10 seconds by default.</summary>
    public TimeSpan Register { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For an instance to open, at its first use. 30 seconds by default.</summary>
    public TimeSpan Open { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For a call that only reads, for each item of a list, for each read of a stream, and for the begin of a watch. 90 seconds by default.</summary>
    public TimeSpan Read { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>For a call that changes something outside. 10 minutes by default.</summary>
    public TimeSpan Mutate { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>For a call that makes a volume, which may copy a whole one. 2 hours by default.</summary>
    public TimeSpan Copy { get; set; } = TimeSpan.FromHours(2);

    /// <summary>For a call that finds something out: what is at a location, what a node can do, what is missing. 2 minutes by default.</summary>
    public TimeSpan Probe { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For a mutating call to come back after it was cancelled or its deadline passed; only then it is given up. 5 seconds by default.</summary>
    public TimeSpan Cancel { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For an instance, a stream or a watch to end. 5 seconds by default.</summary>
    public TimeSpan Dispose { get; set; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<string> Problems()
    {
        (string Name, TimeSpan Value)[] all =
        [
            (nameof(Register), Register), (nameof(Open), Open), (nameof(Read), Read), (nameof(Mutate), Mutate), (nameof(Copy), Copy), (nameof(Probe), Probe),
            (nameof(Cancel), Cancel), (nameof(Dispose), Dispose),
        ];
        return all.Where(one => one.Value < TimeSpan.FromMilliseconds(100) || one.Value > TimeSpan.FromHours(24))
            .Select(one => $"ProviderDeadlines.{one.Name} {one.Value} must be from 100 milliseconds to 24 hours.");
    }
}
