using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Guards;

namespace LimiQuantix.Providers.Loading;

/// <summary>Collects the kinds of one plugin; whether they collide with another plugin's is judged when it has named them all.</summary>
internal sealed class PluginRegistry(string pluginId) : IPluginRegistry
{
    private readonly List<ProviderKind> _kinds = [];

    /// <summary>What the plugin registered, in its order.</summary>
    public IReadOnlyList<ProviderKind> Kinds => _kinds;

    public void Add<TProvider, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        string kind,
        Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
        Func<TOptions, IEnumerable<string>>? validate = null,
        Func<TOptions, IReadOnlyDictionary<string, string?>, IEnumerable<string>>? bind = null,
        Func<TOptions, bool>? isShared = null)
        where TProvider : class, IProvider
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(open);
        if (!Names.IsDnsLabel(kind))
            throw Refused($"Plugin '{pluginId}' registers the kind '{Names.Show(kind)}', which is not a name.", Names.DnsLabelRule);
        if (!GuardedContracts.Contracts.Contains(typeof(TProvider)))
        {
            throw Refused(
                $"Plugin '{pluginId}' registers the kind '{kind}' for {typeof(TProvider).Name}, which is not a provider contract.",
                "Register it for the contract's interface, such as IHypervisor or IStorageBackend.");
        }

        _kinds.Add(new TypedProviderKind<TProvider, TOptions>(open, validate, bind, isShared) { Kind = kind, PluginId = pluginId });
    }

    private LimiQuantixException Refused(string message, string remedy) =>
        new(ErrorCodes.PluginRefused, message, remedy, pluginId);
}
