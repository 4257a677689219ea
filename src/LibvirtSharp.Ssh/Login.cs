using LibvirtSharp.Ssh.Agent;
using Renci.SshNet;

namespace LibvirtSharp.Ssh;

/// <summary>What to log in with, in the order in which it is tried.</summary>
internal sealed class Login
{
    private const int DefaultPort = 22;
    private readonly LibvirtUri _uri;
    private readonly SshTransportOptions _options;
    private readonly string _user;
    private readonly List<AuthenticationMethod> _methods = [];
    private readonly HashSet<string> _publicKeys = [];
    private readonly List<string> _leftOut = [];

    private Login(LibvirtUri uri, SshTransportOptions options)
    {
        _uri = uri;
        _options = options;
        _user = uri.User ?? Environment.UserName;
    }

    public static int Port(LibvirtUri uri) => uri.Port ?? DefaultPort;

    /// <summary>As to libvirt's own client, this host where the URI names none.</summary>
    public static string Host(LibvirtUri uri) => uri.Host.Length == 0 ? "localhost" : uri.Host;

    /// <summary>The user's own keys and known hosts.</summary>
    public static string UserFolder() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");

    /// <exception cref="FormatException">The URI names a way that is not known.</exception>
    /// <exception cref="LibvirtException">A key that is named cannot be read, or there is nothing to log in with.</exception>
    public static async Task<Login> PrepareAsync(LibvirtUri uri, SshTransportOptions options, CancellationToken cancellationToken)
    {
        var login = new Login(uri, options);
        IReadOnlyList<string>? named = options.PrivateKeyPaths ?? (uri.Parameter("keyfile") is { Length: > 0 } file ? [file] : null);
        foreach (LoginWay way in LoginOrder.Of(uri, keysAreNamed: named is not null))
        {
            if (way == LoginWay.Agent)
                await login.AddAgentAsync(cancellationToken).ConfigureAwait(false);
            else if (way == LoginWay.PrivateKey)
                login.AddFiles(named);
            else if (options.Password is { } password)
                login._methods.Add(way == LoginWay.Password ? new PasswordAuthenticationMethod(login._user, password) : PasswordPrompts.Method(login._user, password));
        }
        return login._methods.Count > 0
            ? login
            : throw new LibvirtException(LibvirtErrorCode.AuthUnavailable, LibvirtErrorDomain.Rpc, $"There is no key or password to log in to {Host(uri)} with.{login.Hint}");
    }

    /// <summary>For a login that was refused: what was left out.</summary>
    public string Hint => string.Concat(_leftOut.Select(reason => $" {reason}"));

    public ConnectionInfo ConnectionInfo() => new(Host(_uri), Port(_uri), _user, [.. _methods]);

    private async Task AddAgentAsync(CancellationToken cancellationToken)
    {
        string? path = AgentAddress.Find(_options.AgentSocketPath, Environment.GetEnvironmentVariable("SSH_AUTH_SOCK"), OperatingSystem.IsWindows());
        if (path is null)
            return;
        try
        {
            var agent = new SshAgent(path);
            List<byte[]> keys = await agent.KeysAsync(cancellationToken).ConfigureAwait(false);
            keys.RemoveAll(key => !IsNew(key));
            if (keys.Count > 0)
                _methods.Add(new PrivateKeyAuthenticationMethod(_user, new AgentKeys(agent, keys, _leftOut.Add, cancellationToken)));
        }
        catch (LibvirtException error)
        {
            _leftOut.Add(error.Message);
        }
    }

    private void AddFiles(IReadOnlyList<string>? named)
    {
        LibvirtException? unreadable = null;
        PrivateKeyFile[] keys = named is not null ? LoginKeys.Named(named, _options.Passphrase) : LoginKeys.OfUser(UserFolder(), _options.Passphrase, out unreadable);
        if (unreadable is not null)
            _leftOut.Add(unreadable.Message);
        keys = [.. keys.Where(key => IsNew(key.HostKeyAlgorithms.First().Data))];
        if (keys.Length > 0)
            _methods.Add(new PrivateKeyAuthenticationMethod(_user, keys));
    }

    /// <summary>A key is tried once, from the agent or a file: sshd counts every one that it does not take.</summary>
    private bool IsNew(byte[] publicKey) => _publicKeys.Add(Convert.ToBase64String(publicKey));
}
