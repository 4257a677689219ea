using System.ComponentModel;
using System.Diagnostics;

namespace LibvirtSharp.Transports;

/// <summary>Starts the user's own daemon for a session URI, as libvirt's client does; it ends by itself when it is idle.</summary>
internal static class SessionDaemon
{
    private const string IdleSeconds = "120";

    public static async Task StartAsync(string program, CancellationToken cancellationToken)
    {
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
    }

    private static LibvirtException Failed(string program, string reason, Exception? inner) =>
        new(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"The session daemon {program} did not start: {reason}", inner);
}
