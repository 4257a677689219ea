using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>Sends all of a buffer.</summary>
internal sealed class SocketWrite(Socket socket) : SocketOperation(socket, SelectMode.SelectWrite)
{
    private ReadOnlyMemory<byte> _rest;

    public bool TryStart(ReadOnlyMemory<byte> buffer)
    {
        _rest = buffer;
        return TryComplete(out _);
    }

    protected override bool TryComplete(out int count)
    {
        count = 0;
        while (!_rest.IsEmpty)
        {
            int sent = Socket.Send(_rest.Span, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success)
                throw new SocketException((int)error);
            _rest = _rest[sent..];
        }
        return true;
    }
}
