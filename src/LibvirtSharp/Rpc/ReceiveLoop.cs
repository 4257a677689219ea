using LibvirtSharp.Transports;

namespace LibvirtSharp.Rpc;

/// <summary>Reads a channel's messages and has them dispatched, until the connection ends.</summary>
internal sealed class ReceiveLoop(Stream stream, int maxMessageBytes, MessageDispatcher dispatcher, CallTable calls, MessageSender sender, Continuations continuations, KeepAlive keepAlive)
{
    /// <summary>From this many calls under way on, receiving and sending are done for many at once.</summary>
    public const int BusyCalls = 100;

    /// <summary>Down to this many it goes on so: the daemon needs longer for them than a pause takes.</summary>
    private const int FewCalls = 32;

    /// <summary>So much received at once needs no more to be waited for.</summary>
    private const int Plenty = 32 * 1024;

    /// <summary>Runs until the server, the network or <see cref="RpcChannel.End"/> ends it.</summary>
    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    public async Task RunAsync()
    {
        using var receiver = new MessageReceiver(maxMessageBytes);
        try
        {
            bool gather = false;
            while (await ReadAsync(receiver.Space(), gather) is > 0 and int count)
            {
                // A caller that did not give its thread back holds nobody else up.
                if (gather)
                    LetGo();
                receiver.Received(count);
                keepAlive.Heard();
                while (receiver.TryRead())
                {
                    ValueTask room = dispatcher.Dispatch(receiver);
                    if (!room.IsCompletedSuccessfully)
                        await HoldBackAsync(room).ConfigureAwait(false);
                }
                gather = calls.Count >= (gather ? FewCalls : BusyCalls) && count < Plenty;
            }
            throw new EndOfStreamException(receiver.IsMidMessage ? "The server closed it in the middle of a message." : "The server closed it.");
        }
        finally
        {
            LetGo();
        }
    }

    private WaitThenContinue ReadAsync(Memory<byte> space, bool gather)
    {
        // Disposing the stream ends a read that waits. No token: registering it would cost every read.
        if (stream is not LocalSocketStream local || (!gather && continuations.IsEmpty))
            return new WaitThenContinue(stream.ReadAsync(space, CancellationToken.None), continuations, all: false);
        // With many calls under way the daemon is what limits them: letting replies gather costs no call time that it would not have
        // waited anyway, and saves a wake-up and a system call for each.
        return new WaitThenContinue(local.ReadLaterAsync(space, gather), continuations, gather);
    }

    private async Task HoldBackAsync(ValueTask room)
    {
        keepAlive.HoldBack();
        // Whoever makes room may wait for what came before.
        continuations.Elsewhere();
        await room.ConfigureAwait(false);
        keepAlive.GoOn();
    }

    private void LetGo()
    {
        continuations.Elsewhere();
        sender.Release();
    }
}
