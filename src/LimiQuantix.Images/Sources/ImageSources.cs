using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Sources;

/// <summary>
/// Finds the image source of a location: the one that was named, else the instance whose prefix is the longest that fits, else the built-in one for
/// files. An instance that cannot be opened hides none of the others, except those locations that it served more specifically when it last could.
/// </summary>
internal sealed partial class ImageSources(ProviderInstances instances, NodeId node, ILogger<ImageSources> logger)
{
    private static readonly FileImageSource Files = new();

    // What each said when it was last open: one that is down must not leave its locations to a source that has other bytes there.
    private readonly Dictionary<string, IReadOnlyList<string>> _served = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly RepeatedFailures _failures = new(TimeProvider.System);

    /// <summary>Gives the source of a location.</summary>
    /// <param name="location">The location.</param>
    /// <param name="name">The instance that was named.</param>
    /// <param name="isPreference">Whether another may serve what the named one does not.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: no source serves it, the named one does not, or several do equally; <see cref="ErrorCodes.NotFound"/>: no such
    /// instance; or the error of an instance that cannot be opened and may serve it.
    /// </exception>
    public async ValueTask<IImageSource> GetAsync(string location, string? name, bool isPreference, CancellationToken cancellationToken)
    {
        var parts = ImageLocation.Parse(location);
        if (name is not null)
        {
            EnsureKnown(name);
            var named = await instances.GetPartAsync<IImageSource>(name, node, cancellationToken).ConfigureAwait(false);
            if (named.Serves.Any(parts.StartsWith)) return named;
            if (!isPreference) throw NotServed($"The image source '{Names.Show(name)}' does not serve '{parts}'.", "Name another one, or none.", "SourceName");
        }

        var (best, failures) = await FindAsync(parts, cancellationToken).ConfigureAwait(false);
        if (best.Select(candidate => candidate.Name).Distinct(StringComparer.Ordinal).Skip(1).Any())
        {
            LogSeveral(parts.ToString(), string.Join(", ", best.Select(candidate => candidate.Name)));
            throw NotServed($"Several image sources serve '{parts}' equally.", "Name one of them (SourceName), or give one a longer prefix in its options.", "SourceName");
        }

        if (best is [{ Source: null } down, ..]) throw failures[down.Name];
        if (best is [{ Source: { } source }, ..]) return source;
        if (parts.Scheme == "file") return Files;
        if (failures.Values.FirstOrDefault() is { } first) throw new LimiQuantixException(first.Error, first);
        throw NotServed(
            $"No image source serves '{parts.Scheme}' locations like this one.",
            $"Served are: {string.Join(", ", Served().Append("file://"))}.{(parts.Scheme is "http" or "https" ? " " + KnownKinds.Remedy("http") : "")}{instances.Hints(typeof(IImageSource))}",
            "Location");
    }

    /// <summary>Refuses a name that no instance has.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    public void EnsureKnown(string name)
    {
        if (!Mine().Any(info => info.Name == name))
            throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no image source '{Names.Show(name)}'.", "Name one of the host's image sources, or none.", "SourceName");
    }

    /// <summary>The instances that serve a location most specifically, and why others could not be asked.</summary>
    private async Task<(List<Candidate> Best, Dictionary<string, LimiQuantixException> Failures)> FindAsync(ImageLocation location, CancellationToken cancellationToken)
    {
        // All are opened at once, so that those which do not answer keep one another's time, and looked at in their order.
        var opening = Mine().Select(info => TryOpenAsync(info, cancellationToken)).ToList();
        List<Candidate> best = [];
        Dictionary<string, LimiQuantixException> failures = new(StringComparer.Ordinal);
        foreach (var opened in opening)
        {
            var (name, source, failure) = await opened.ConfigureAwait(false);
            if (failure is not null) failures.TryAdd(name, failure);
            var prefix = Remember(name, source).Where(location.StartsWith).Select(SpecificityOf).DefaultIfEmpty().Max();
            if (prefix is null) continue;
            if (best.Count > 0 && Comparer<(bool, int)?>.Default.Compare(prefix, best[0].Prefix) is var order && order != 0)
            {
                if (order < 0) continue;
                best.Clear();
            }

            best.Add(new Candidate(name, source, prefix));
        }

        return (best, failures);
    }

    private static (bool HasHost, int PathLength)? SpecificityOf(string prefix) =>
        ImageLocation.Parse(prefix) is var parts ? (parts.Authority.Length > 0, parts.Path.TrimEnd('/').Length) : null;

    // A name is one source: its part on this node, else its whole.
    private IEnumerable<ProviderInstanceInfo> Mine() => instances.All<IImageSource>()
        .Where(info => info.Node is null || info.Node == node)
        .GroupBy(info => info.Name, StringComparer.Ordinal)
        .Select(parts => parts.FirstOrDefault(part => part.Node is not null) ?? parts.First());

    private IReadOnlyList<string> Remember(string name, IImageSource? source)
    {
        lock (_lock)
        {
            if (source is not null) _served[name] = source.Serves;
            return _served.GetValueOrDefault(name, []);
        }
    }

    private List<string> Served()
    {
        lock (_lock) return [.. _served.Values.SelectMany(prefixes => prefixes).Distinct(StringComparer.Ordinal)];
    }

    private async Task<(string Name, IImageSource? Source, LimiQuantixException? Failure)> TryOpenAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        try
        {
            return (instance.Name, await instances.GetAsync<IImageSource>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false), null);
        }
        catch (LimiQuantixException exception)
        {
            var (level, _, reason) = _failures.Judge(instance.Name, exception);
            LogNotOpen(level, instance.Name, reason);
            return (instance.Name, null, exception);
        }
    }

    private static LimiQuantixException NotServed(string message, string remedy, string target) => new(ErrorCodes.InvalidArgument, message, remedy, target);

    [LoggerMessage(EventId = 1, Message = "The image source {Instance} cannot be opened; the others are looked at: {Reason}")]
    private partial void LogNotOpen(LogLevel level, string instance, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The image sources {Instances} serve {Location} equally; none is asked")]
    private partial void LogSeveral(string location, string instances);

    private sealed record Candidate(string Name, IImageSource? Source, (bool HasHost, int PathLength)? Prefix);
}
