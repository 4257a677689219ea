using LibvirtSharp.Protocol;
using LibvirtSharp.Transports;

namespace LibvirtSharp.Rpc;

/// <summary>Opens a channel: transport, authentication, keepalive, the driver. What a client must do before its first call.</summary>
internal sealed class ChannelOpener(LibvirtUri uri, LibvirtConnectionOptions options, ILibvirtTransport transport)
{
    /// <summary>Whether nobody on the way can read what is said. A transport of the host's own is taken at its word.</summary>
    public bool IsPrivate => transport is not TcpTransport;

    public Task<RpcChannel> OpenAsync(IMessageSink? sink, CancellationToken cancellationToken) =>
        OpenAsync(sink, options.ConnectTimeout, cancellationToken);

    /// <summary>Opens a channel for one call, whose deadline holds when it is the shorter.</summary>
    public Task<RpcChannel> OpenForCallAsync(TimeSpan callTimeout, CancellationToken cancellationToken)
    {
        TimeSpan limit = TimerLimit.Of(callTimeout);
        bool shorter = limit != Timeout.InfiniteTimeSpan && (options.ConnectTimeout == Timeout.InfiniteTimeSpan || limit < options.ConnectTimeout);
        return OpenAsync(null, shorter ? limit : options.ConnectTimeout, cancellationToken);
    }

    private async Task<RpcChannel> OpenAsync(IMessageSink? sink, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await ConnectAsync(sink, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LibvirtException(
                LibvirtErrorCode.OperationTimeout, LibvirtErrorDomain.Rpc, $"Connecting to {uri} took more than {timeout.TotalSeconds:0.###} s.", error);
        }
    }

    private async Task<RpcChannel> ConnectAsync(IMessageSink? sink, CancellationToken cancellationToken)
    {
        Stream stream = await transport.ConnectAsync(uri, cancellationToken).ConfigureAwait(false);
        var settings = new ChannelOptions(
            options.TimeProvider, options.Logger, options.MaxMessageBytes, options.KeepAliveInterval, options.KeepAliveCount, options.StreamBufferBytes);
        var channel = new RpcChannel(stream, settings, sink);
        channel.Start();
        try
        {
            // The enclosing deadline bounds these calls together.
            var remote = new RemoteProgram(channel, Timeout.InfiniteTimeSpan);
            await Authentication.RunAsync(remote, options.Credential, IsPrivate, cancellationToken).ConfigureAwait(false);
            // Asking makes the daemon begin its own side of the keepalive.
            if (options.KeepAliveInterval > TimeSpan.Zero && await remote.ConnectSupportsFeatureAsync((int)DriverFeature.ProgramKeepAlive, cancellationToken).ConfigureAwait(false) != 0)
                channel.StartKeepAlive();
            await remote.ConnectOpenAsync(uri.ServerUri, options.ReadOnly ? (uint)ConnectFlags.ReadOnly : 0, cancellationToken).ConfigureAwait(false);
            channel.IsOpen = true;
            if (await remote.ConnectSupportsFeatureAsync((int)DriverFeature.TypedParameterStrings, cancellationToken).ConfigureAwait(false) != 0)
                channel.TypedParameterFlags = TypedParameter.StringsWelcome;
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
