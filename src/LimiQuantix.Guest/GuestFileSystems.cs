using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>The guest's file systems.</summary>
public sealed class GuestFileSystems
{
    private const int MaxMounts = 1024;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private readonly GuestSession _session;

    internal GuestFileSystems(GuestSession session) => _session = session;

    /// <summary>
    /// Runs the guest's freeze hooks and stops all writes: the disks then hold what a clean unmount would leave. The agent thaws by itself after
    /// <paramref name="autoThaw"/>, whatever becomes of this side.
    /// </summary>
    /// <param name="autoThaw">One to 60 seconds. Default 10.</param>
    /// <param name="mounts">These alone; null: all.</param>
    /// <param name="runHooks">Whether the guest's hooks run.</param>
    /// <param name="cancellationToken">Ends the wait; then thaw.</param>
    public async Task<GuestFreeze> FreezeAsync(
        TimeSpan? autoThaw = null, IReadOnlyList<string>? mounts = null, bool runHooks = true, CancellationToken cancellationToken = default)
    {
        if (autoThaw is { } time && (time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromSeconds(60)))
            throw new ArgumentOutOfRangeException(nameof(autoThaw), autoThaw, "A guest thaws by itself after one to 60 seconds.");
        var request = new FreezeRequest { AutoThawMs = (uint)(autoThaw ?? TimeSpan.FromSeconds(10)).TotalMilliseconds, NoHooks = !runHooks };
        request.Mounts.AddRange(mounts ?? []);
        Close close = await _session.CallAsync(new Request { Freeze = request }, cancellationToken).ConfigureAwait(false);
        FreezeResult result = close.Freeze ?? throw GuestException.Violation("a freeze without its result");
        return new GuestFreeze { IsFrozen = true, Mounts = Texts(result.Frozen), Skipped = Texts(result.Skipped) };
    }

    /// <summary>Ends a freeze and runs the guest's thaw hooks; without one it says so by <see cref="GuestFreeze.ThawedItself"/> of the last.</summary>
    public async Task<GuestFreeze> ThawAsync(CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { Thaw = new ThawRequest() }, cancellationToken).ConfigureAwait(false);
        ThawResult result = close.Thaw ?? throw GuestException.Violation("a thaw without its result");
        return new GuestFreeze
        {
            IsFrozen = false,
            Duration = Claimed.Milliseconds(result.FrozenMs),
            ThawedItself = result.ThawedItself,
            HookErrors = Texts(result.HookErrors),
        };
    }

    /// <summary>Whether file systems are frozen.</summary>
    public async Task<GuestFreeze> GetFreezeAsync(CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { FreezeStatus = new FreezeStatusRequest() }, cancellationToken).ConfigureAwait(false);
        FreezeStatus status = close.FreezeStatus ?? throw GuestException.Violation("a freeze status without its content");
        return new GuestFreeze
        {
            IsFrozen = status.IsFrozen, Mounts = Texts(status.Frozen), Duration = Claimed.Milliseconds(status.FrozenMs), ThawedItself = status.LastThawedItself,
        };
    }

    /// <summary>Gives unused blocks back to the disk below; the bytes given back, by mount.</summary>
    public async Task<IReadOnlyDictionary<string, long>> TrimAsync(long minimumBytes = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumBytes);
        Close close = await _session.CallAsync(
            new Request { Trim = new TrimRequest { MinimumBytes = (ulong)minimumBytes } }, cancellationToken, Long).ConfigureAwait(false);
        Dictionary<string, long> trimmed = new(StringComparer.Ordinal);
        foreach (TrimmedMount mount in (close.Trim?.Mounts ?? []).Take(MaxMounts).Where(m => m.Error.Length == 0))
            trimmed[GuestText.Clean(mount.Path, 1024)] = Claimed.Size(mount.Bytes);
        return trimmed;
    }

    /// <summary>Grows a mount's partition and file system to its disk.</summary>
    /// <returns>The file system's bytes before and after.</returns>
    public async Task<(long Before, long After)> GrowAsync(string mount = "/", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(mount);
        Close close = await _session.CallAsync(new Request { Grow = new GrowRequest { Mount = mount } }, cancellationToken, Long).ConfigureAwait(false);
        GrowResult result = close.Grow ?? throw GuestException.Violation("a growth without its result");
        return (Claimed.Size(result.OldBytes), Claimed.Size(result.NewBytes));
    }

    private static List<string> Texts(IEnumerable<string> texts) => [.. texts.Take(MaxMounts).Select(t => GuestText.Clean(t, 1024))];
}
