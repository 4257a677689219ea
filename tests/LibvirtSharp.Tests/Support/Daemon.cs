using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>Connections to the assembly's real daemon.</summary>
internal static class Daemon
{
    /// <summary>Generous for a loaded machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task<LibvirtConnection> QemuAsync(Action<LibvirtConnectionOptions>? configure = null) =>
        await OpenAsync((await SharedLibvirtd.GetAsync()).Uri, configure);

    /// <summary>libvirt's test driver, opened through the daemon: it has a running domain called test.</summary>
    public static async Task<LibvirtConnection> TestDriverAsync(Action<LibvirtConnectionOptions>? configure = null) =>
        await OpenAsync($"test+unix:///default?socket={(await SharedLibvirtd.GetAsync()).SocketPath}", configure);

    public static async Task<LibvirtConnection> OpenAsync(string uri, Action<LibvirtConnectionOptions>? configure)
    {
        var options = new LibvirtConnectionOptions { Uri = uri };
        configure?.Invoke(options);
        return await LibvirtConnection.OpenAsync(options);
    }
}
