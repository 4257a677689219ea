using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>Finds out whether the host chose a state store.</summary>
internal static class StateInstance
{
    /// <summary>Whether an instance of a state store is configured. One of another contract may have the same name.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: a store has another name, and would not be used.</exception>
    public static bool IsConfigured(PluginConfiguration configuration, PluginCatalog catalog)
    {
        InstanceConfiguration[] stores = [.. configuration.Instances.Where(instance => IsOf<IStateStore>(instance, catalog))];
        return stores.FirstOrDefault(store => store.Name != CoreKinds.StateInstance) is { } other
            ? throw new LimiQuantixException(
                ErrorCodes.InvalidArgument,
                $"The state store of kind '{Names.Show(other.Kind)}' is named '{Names.Show(other.Name)}'; the engine uses the one that is named '{CoreKinds.StateInstance}'.",
                $"Name it '{CoreKinds.StateInstance}', or take it out.",
                other.Name)
            : stores.Length > 0;
    }

    /// <summary>Whether an instance is of a contract. One that fits no contract, or several, is told as wrong afterwards.</summary>
    public static bool IsOf<TProvider>(InstanceConfiguration instance, PluginCatalog catalog) where TProvider : IProvider
    {
        ProviderKind[] fitting =
        [
            .. catalog.Kinds.Where(kind => kind.Kind == instance.Kind && (instance.OptionsType is null || kind.OptionsType == instance.OptionsType)),
        ];
        return fitting is [{ Contract: var contract }] && contract == typeof(TProvider);
    }
}
