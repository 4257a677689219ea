using System.IO.Pipes;
using System.Net.Sockets;

namespace LibvirtSharp.Ssh.Agent;

/// <summary>Where the user's ssh-agent is: a unix socket, or on Windows a named pipe.</summary>
internal static class AgentAddress
{
    private const string PipeFolder = @"\\.\pipe\";
    private const string WindowsAgent = PipeFolder + "openssh-ssh-agent";

    /// <param name="named">What the options say; empty for no agent.</param>
    /// <param name="environment">SSH_AUTH_SOCK.</param>
    /// <param name="windows">There OpenSSH's agent has one place for all users.</param>
    /// <returns>Null for no agent.</returns>
    public static string? Find(string? named, string? environment, bool windows)
    {
        if (named is null)
            named = string.IsNullOrEmpty(environment) && windows ? WindowsAgent : environment;
        return string.IsNullOrEmpty(named) ? null : named;
    }

    /// <param name="path">The place.</param>
    /// <param name="time">How long an agent that is busy is waited for.</param>
    public static Stream Open(string path, TimeSpan time)
    {
        if (path.StartsWith(PipeFolder, StringComparison.OrdinalIgnoreCase))
        {
            // Asynchronous, though it is read synchronously: of another, a read does not end when it is closed.
            var pipe = new NamedPipeClientStream(".", path[PipeFolder.Length..], PipeDirection.InOut, PipeOptions.Asynchronous);
            Connect(pipe, () => pipe.Connect(time));
            return pipe;
        }
        var address = new UnixDomainSocketEndPoint(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = (int)time.TotalMilliseconds };
        Connect(socket, () => socket.Connect(address));
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static void Connect(IDisposable opened, Action connect)
    {
        try
        {
            connect();
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }
}
