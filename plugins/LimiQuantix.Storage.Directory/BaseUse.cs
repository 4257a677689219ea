using LimiQuantix.Images;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>
/// Decides when a base may go. What depends on it is read off the volumes each time; only what is still under way is remembered:
/// volumes being made, and bases that a caller asked for a moment ago to make a volume from.
/// </summary>
internal sealed class BaseUse(PoolFolder folder, bool keepUnused, TimeProvider time, ILogger logger)
{
    /// <summary>How long a base waits for the volume it was asked for. Past it, the caller is taken to have given up.</summary>
    public static readonly TimeSpan ReservationTime = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<ImageDigest, int> _underWay = [];
    private readonly Dictionary<ImageDigest, DateTimeOffset> _reserved = [];

    /// <summary>Keeps a base for the volume that is to follow.</summary>
    public void Reserve(ImageDigest digest)
    {
        lock (_lock)
            _reserved[digest] = time.GetUtcNow() + ReservationTime;
    }

    /// <summary>Finds a base and keeps it until <see cref="Release"/>.</summary>
    public BaseFile? Take(ImageDigest digest)
    {
        lock (_lock)
        {
            BaseFile? found = folder.FindBase(digest);
            if (found is not null)
                _underWay[digest] = _underWay.GetValueOrDefault(digest) + 1;
            return found;
        }
    }

    public void Release(ImageDigest digest, bool volumeMade)
    {
        lock (_lock)
        {
            if (--_underWay[digest] == 0)
                _underWay.Remove(digest);
            if (volumeMade)
                _reserved.Remove(digest);
        }
    }

    /// <summary>Removes every base that nothing depends on or waits for.</summary>
    public void Sweep()
    {
        if (keepUnused)
            return;
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (ImageDigest expired in _reserved.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToList())
                _reserved.Remove(expired);
            List<BaseFile> bases = [.. folder.Bases().Where(file => !_underWay.ContainsKey(file.Digest) && !_reserved.ContainsKey(file.Digest))];
            if (bases.Count == 0 || ReadUsed() is not { } used)
                return;
            foreach (BaseFile unused in bases.Where(file => !used.Contains(file.Digest)))
            {
                File.Delete(unused.Path);
                logger.BaseRemoved(unused.Digest);
            }
        }
    }

    /// <summary>What the volumes depend on; null when one cannot be read, for it may depend on any base.</summary>
    private HashSet<ImageDigest>? ReadUsed()
    {
        HashSet<ImageDigest> used = [];
        foreach (VolumeFile volume in folder.Volumes())
        {
            try
            {
                if (volume.Observe().BaseDigest is { } digest)
                    used.Add(digest);
            }
            catch (FileNotFoundException)
            {
                continue; // Deleted meanwhile.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or LimiQuantixException)
            {
                logger.VolumeUnreadable(volume.VolumeId, e.Message);
                return null;
            }
        }
        return used;
    }
}
