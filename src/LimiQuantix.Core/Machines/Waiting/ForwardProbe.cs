using System.Net;
using System.Net.Sockets;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines.Waiting;

/// <summary>
/// Finds out whether a guest answers behind a forwarded port. QEMU itself accepts every connection, so only bytes that come from the
/// guest count: an SSH server speaks first (RFC 4253 §4.2).
/// </summary>
internal sealed class ForwardProbe(TimeProvider timeProvider)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<bool> AnswersAsync(IReadOnlyList<PortForward> forwards, CancellationToken cancellationToken)
    {
        foreach (var forward in forwards.Where(f => f is { Protocol: TransportProtocol.Tcp, HostPort: > 0 }))
        {
            if (await SpeaksAsync(forward, cancellationToken).ConfigureAwait(false)) return true;
        }

        return false;
    }

    private async Task<bool> SpeaksAsync(PortForward forward, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(forward.HostAddress), forward.HostPort), linked.Token).ConfigureAwait(false);
            var first = new byte[1];
            return await socket.ReceiveAsync(first, linked.Token).ConfigureAwait(false) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
