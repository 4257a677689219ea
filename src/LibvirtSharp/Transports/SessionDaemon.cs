using System.ComponentModel;
using System.Diagnostics;

namespace LibvirtSharp.Transports;

/// <summary>Starts the user's own daemon for a session URI, as libvirt's client does; it ends by itself when it is idle.</summary>
internal static class SessionDaemon
{
    private const string IdleSeconds = "120";
    private static readonly string[] MoreFolders = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    /// <returns>False when there is none to start for this URI.</returns>
    public static async Task<bool> TryStartAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        if (!uri.IsSession || uri.Parameter("socket") is not null || OperatingSystem.IsWindows() || Find(UnixSocketPath.For(uri)) is not { } program)
            return false;
        using var process = new Process
        {
            // It forks when its socket is ready, and says what hinders it before.
            StartInfo = new ProcessStartInfo(program, ["--daemon", "--timeout", IdleSeconds]) { RedirectStandardError = true },
        };
        try
        {
            process.Start();
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception error)
        {
            throw Failed(program, error.Message, error);
        }
        if (process.ExitCode != 0)
            throw Failed(program, (await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim(), null);
        return true;
    }

    private static string? Find(string socket)
    {
        string name = Path.GetFileName(socket) == "libvirt-sock" ? "libvirtd" : Path.GetFileName(socket)[..^"-sock".Length];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(MoreFolders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static LibvirtException Failed(string program, string reason, Exception? inner) =>
        new(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"The session daemon {program} did not start: {reason}", inner);
}
