namespace LimiQuantix.Core.State;

/// <summary>A lease of the store in memory. It stays when nobody holds it, so that its token grows for ever.</summary>
internal sealed class InMemoryLease
{
    /// <summary>Who holds it; <see langword="null"/> when it was given back.</summary>
    public string? Holder { get; set; }

    /// <summary>The last token given out.</summary>
    public long Token { get; set; }

    /// <summary>How often this holder renewed it.</summary>
    public long Renewal { get; set; }

    /// <summary>Within which time its holder renews it.</summary>
    public TimeSpan Duration { get; set; }
}
