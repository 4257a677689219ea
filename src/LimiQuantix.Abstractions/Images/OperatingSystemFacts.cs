namespace LimiQuantix.Images;

/// <summary>What is known of the operating system in an image.</summary>
public sealed record OperatingSystemFacts
{
    /// <summary>The distribution in lower case, such as <c>debian</c>.</summary>
    public string? Distribution { get; init; }

    /// <summary>The release, such as <c>13</c>.</summary>
    public string? Release { get; init; }

    /// <summary>The architecture as the kernel names it, such as <c>x86_64</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>The user that cloud-init creates by default, such as <c>debian</c>.</summary>
    public string? DefaultUser { get; init; }
}
