using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Protocol;

/// <summary>
/// The calls of one RPC program as they are on the wire. For what the object surface lacks; a wire structure may gain no fields,
/// as libvirt never changes a procedure. Every call throws <see cref="LibvirtException"/> when it fails.
/// </summary>
public abstract class RpcProgram
{
    private readonly IChannelSource _source;
    private readonly uint _number;
    private readonly TimeSpan _timeout;
    private readonly LongCallLimit? _limit;

    private protected RpcProgram(IChannelSource source, uint number, TimeSpan timeout, LongCallLimit? limit = null)
    {
        _source = source;
        _number = number;
        _timeout = timeout;
        _limit = limit;
    }

    private protected XdrWriter Begin(int procedure) => XdrWriterPool.Rent(_number, procedure);

    private protected ValueTask SendAsync(XdrWriter writer, CancellationToken cancellationToken) => _limit is { } limit
        ? new ValueTask(limit.CallAsync(_source, writer, static (ref XdrReader _) => true, _timeout, cancellationToken))
        : _source.ChannelFor(writer).CallAsync(writer, _timeout, cancellationToken);

    private protected ValueTask<T> SendAsync<T>(XdrWriter writer, XdrRead<T> read, CancellationToken cancellationToken) => _limit is { } limit
        ? new ValueTask<T>(limit.CallAsync(_source, writer, read, _timeout, cancellationToken))
        : _source.ChannelFor(writer).CallAsync(writer, read, _timeout, cancellationToken);

    private protected async Task<LibvirtStream> OpenStreamAsync(XdrWriter writer, CancellationToken cancellationToken)
    {
        StreamReply<bool> reply = await OpenStreamAsync(writer, static (ref XdrReader _) => true, cancellationToken).ConfigureAwait(false);
        return reply.Stream;
    }

    private protected async Task<StreamReply<T>> OpenStreamAsync<T>(XdrWriter writer, XdrRead<T> read, CancellationToken cancellationToken)
    {
        RpcChannel channel = await _source.OpenStreamChannelAsync(_timeout, cancellationToken).ConfigureAwait(false);
        var stream = new LibvirtStream(channel, writer.Program, writer.Procedure, DirectionOf(writer));
        try
        {
            T reply = await channel.CallAsync(writer, read, stream, out uint serial, _timeout, cancellationToken).ConfigureAwait(false);
            stream.Opened(serial);
            return new StreamReply<T>(stream, reply);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A console goes both ways.</summary>
    private static FileAccess DirectionOf(XdrWriter writer) => writer.Program != RemoteProgram.Number ? FileAccess.ReadWrite : (RemoteProcedure)writer.Procedure switch
    {
        RemoteProcedure.StorageVolUpload or RemoteProcedure.DomainMigratePrepareTunnel or RemoteProcedure.DomainMigratePrepareTunnel3
            or RemoteProcedure.DomainMigratePrepareTunnel3Params => FileAccess.Write,
        RemoteProcedure.StorageVolDownload or RemoteProcedure.DomainScreenshot => FileAccess.Read,
        _ => FileAccess.ReadWrite,
    };
}
