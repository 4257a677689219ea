using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Guests;
using LimiQuantix.Nodes;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Plugins;

/// <summary>What the engine gives to a provider instance. Nothing else of the host crosses.</summary>
public sealed record ProviderContext
{
    /// <summary>The instance's name.</summary>
    public required string InstanceName { get; init; }

    /// <summary>The id of the installation, for ownership marks.</summary>
    public required Guid InstallationId { get; init; }

    /// <summary>The node that the instance works on; of a shared instance, the node that this process runs on.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Whether the instance spans the nodes.</summary>
    public bool IsShared { get; init; }

    /// <summary>Where to log.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The clock. Use no other.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Gives HTTP clients with the host's proxy, telemetry and handlers. The argument names the use.</summary>
    public required Func<string, HttpClient> CreateHttpClient { get; init; }

    /// <summary>Resolves secret references.</summary>
    public required ISecretResolver Secrets { get; init; }

    /// <summary>
    /// Opens a channel into a guest of the instance's node, for agent providers; of a shared instance, into any guest. Its errors are those of
    /// <see cref="IGuestChannels.OpenChannelAsync"/>, and <see cref="ErrorCodes.Unavailable"/> where another process has the guests' byte channels.
    /// <see langword="null"/>: this host has no guests.
    /// </summary>
    [Experimental("LQX001")]
    public Func<OpenGuestChannelRequest, CancellationToken, Task<GuestChannel>>? OpenGuestChannelAsync { get; init; }

    /// <summary>A folder of the instance's own for files that must last. Exists; absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A folder of the instance's own, with a short path, for sockets and other files that need not last. Exists; absolute.</summary>
    public required string RuntimeDirectory { get; init; }
}
