using LimiQuantix.Guests;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Instances;

/// <summary>What the engine gives to every instance, apart from its name and folders.</summary>
internal sealed record ProviderEnvironment
{
    /// <summary>Gives the installation's id: known once the state is open.</summary>
    public required Func<CancellationToken, ValueTask<Guid>> GetInstallationIdAsync { get; init; }

    /// <summary>The node that the engine runs on.</summary>
    public required NodeId NodeId { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required Func<string, HttpClient> CreateHttpClient { get; init; }

    public required ISecretResolver Secrets { get; init; }

    /// <summary>Opens channels into guests, for agent providers; see <see cref="ProviderContext.OpenGuestChannelAsync"/>.</summary>
    public Func<OpenGuestChannelRequest, CancellationToken, Task<GuestChannel>>? OpenGuestChannelAsync { get; init; }

    /// <summary>How long the engine waits for the instances.</summary>
    public ProviderDeadlines Deadlines { get; init; } = new();

    /// <summary>The engine's folder for what must last; absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The engine's folder for sockets, with a short path; absolute.</summary>
    public required string RuntimeDirectory { get; init; }
}
