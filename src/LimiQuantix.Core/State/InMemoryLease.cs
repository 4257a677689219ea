namespace LimiQuantix.Core.State;

/// <summary>A lease of the store in memory. It stays when nobody holds it, so that its token grows for ever.</summary>
internal sealed class InMemoryLease
{
    /// <summary>Who holds it; <see langword="null"/> when it was given back.</summary>
    public string? Holder { get; set; }

    /// <summary>The last token given out.</summary>
    public long Token { get; set; }

    /// <summary>When it lapses.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}
