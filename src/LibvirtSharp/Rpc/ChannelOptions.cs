using Microsoft.Extensions.Logging;

namespace LibvirtSharp.Rpc;

/// <summary>What a channel needs of a connection's options.</summary>
internal sealed record ChannelOptions(
    TimeProvider TimeProvider, ILogger Logger, int MaxMessageBytes, TimeSpan KeepAliveInterval, int KeepAliveCount, int StreamBufferBytes);
