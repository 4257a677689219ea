namespace LibvirtSharp.Configuration;

/// <summary>
/// Which URI a connection is opened with, as libvirt's client chooses it: the given one, else the environment's, else the
/// configuration's; and what any of them is an alias of. The configuration is read only where it matters.
/// </summary>
internal static class UriChoice
{
    /// <summary>What libvirt is most often asked for.</summary>
    public const string Fallback = "qemu:///system";

    /// <summary>The environment's default; null when it has none.</summary>
    public static string? OfEnvironment => Environment.GetEnvironmentVariable("LIBVIRT_DEFAULT_URI") is { Length: > 0 } uri ? uri : null;

    /// <param name="given">What the caller wants; null when it wants the default.</param>
    /// <param name="path">Where the configuration is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">It is no URI and no alias.</exception>
    /// <exception cref="LibvirtException">The configuration is needed and wrong.</exception>
    public static async Task<LibvirtUri> ChooseAsync(string? given, string path, CancellationToken cancellationToken)
    {
        string? text = given ?? OfEnvironment;
        if (text is not null && !ClientConfiguration.MayBeAlias(text))
            return LibvirtUri.Parse(text);
        ClientConfiguration configuration = await ClientConfiguration.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        text ??= configuration.DefaultUri ?? Fallback;
        if (!ClientConfiguration.MayBeAlias(text))
            return LibvirtUri.Parse(text);
        return configuration.FindAlias(text) is { } uri
            ? LibvirtUri.Parse(uri)
            : throw new FormatException($"'{text}' is no libvirt URI, such as qemu:///system, and no alias in {path} (uri_aliases).");
    }
}
