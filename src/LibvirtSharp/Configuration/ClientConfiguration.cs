namespace LibvirtSharp.Configuration;

/// <summary>
/// What <c>libvirt.conf</c> says of URIs (https://libvirt.org/uri.html): root's in <c>/etc/libvirt</c>, anybody else's in the user's
/// configuration folder.
/// </summary>
internal sealed class ClientConfiguration
{
    /// <summary>libvirt reads no longer file.</summary>
    private const int MaxBytes = 10 * 1024 * 1024;

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, object> _values;

    private ClientConfiguration(string path, IReadOnlyDictionary<string, object> values) => (_path, _values) = (path, values);

    /// <summary>The URI to use when nobody gives one; null when there is none.</summary>
    /// <exception cref="LibvirtException">It is not a string.</exception>
    public string? DefaultUri => _values.GetValueOrDefault("uri_default") switch
    {
        null => null,
        string uri => uri,
        _ => throw Malformed($"{_path}: expected a string for 'uri_default' parameter"),
    };

    /// <summary>Where libvirt's client of this user looks for it.</summary>
    public static string DefaultPath => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess
        ? "/etc/libvirt/libvirt.conf"
        : Path.Combine(UserFolder(), "libvirt", "libvirt.conf");

    /// <summary>Reads it. A file that is not there says nothing.</summary>
    /// <exception cref="LibvirtException">It cannot be read, is too long or not in the format.</exception>
    public static async Task<ClientConfiguration> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(path))
                return new ClientConfiguration(path, new Dictionary<string, object>());
            if (new FileInfo(path).Length > MaxBytes)
                throw Malformed($"{path} is longer than {MaxBytes} bytes");
            return new ClientConfiguration(path, ConfigurationFile.Parse(path, await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LibvirtException(LibvirtErrorCode.SystemError, LibvirtErrorDomain.Conf, $"libvirt's configuration {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whether a text may be an alias. No URI may.</summary>
    public static bool MayBeAlias(string text) => text.Length > 0 && text.All(each => char.IsAsciiLetterOrDigit(each) || each is '_' or '-');

    /// <summary>The URI that an alias stands for; null when there is no such alias.</summary>
    /// <exception cref="LibvirtException">The aliases, up to the wanted one, are not what they should be.</exception>
    public string? FindAlias(string name)
    {
        if (_values.GetValueOrDefault("uri_aliases") is not { } value)
            return null;
        if (value is not List<object> aliases || aliases.Exists(each => each is not string))
            throw Malformed($"{_path}: expected a string list for 'uri_aliases' parameter");
        foreach (string entry in aliases.Cast<string>())
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw Malformed($"Malformed 'uri_aliases' config entry '{entry}', expected 'alias=uri://host/path'");
            if (equals > 0 && !MayBeAlias(entry[..equals]))
                throw Malformed($"Malformed 'uri_aliases' config entry '{entry}', aliases may only contain 'a-Z, 0-9, _, -'");
            if (entry.AsSpan(0, equals).SequenceEqual(name))
                return entry[(equals + 1)..];
        }
        return null;
    }

    private static string UserFolder() =>
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } set ? set
        : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");

    private static LibvirtException Malformed(string what) => new(LibvirtErrorCode.ConfSyntax, LibvirtErrorDomain.Conf, $"configuration file syntax error: {what}");
}
