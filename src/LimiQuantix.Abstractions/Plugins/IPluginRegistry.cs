using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Plugins;

/// <summary>Takes the kinds that a plugin can open.</summary>
public interface IPluginRegistry
{
    /// <summary>Registers a kind of provider.</summary>
    /// <typeparam name="TProvider">The provider contract, for example <c>IHypervisor</c>.</typeparam>
    /// <typeparam name="TOptions">
    /// The instance's options: a class of settable properties with documented defaults. References to secrets are properties of it, or lists or dictionaries of
    /// them; deeper down the engine finds them only in a host that is neither trimmed nor compiled ahead of time.
    /// </typeparam>
    /// <param name="kind">The kind's name: lower case, such as <c>libvirt</c>.</param>
    /// <param name="open">
    /// Opens one instance. Called when the instance is first needed, and again at the next use when it failed. It does not reach outside
    /// (no connection), so that a missing daemon is an error of a call; only a proxy of a remote instance may shake hands, because it
    /// has to know the other side's capabilities.
    /// </param>
    /// <param name="validate">Gives every problem of the options as a sentence each; <see langword="null"/> when none is possible.</param>
    /// <param name="bind">
    /// Sets the options from settings, for instances that come from configuration or are added at run time: values by property name, nested
    /// ones with a colon, names in any case. Gives every problem as a sentence: an unknown name, a value that does not fit. Without it the engine
    /// sets the properties itself: texts, numbers, truth values, enums, times, addresses, references to secrets (<c>Key:Name</c>), and lists and dictionaries
    /// of texts and such references. Objects of the plugin's own and other lists it sets by reflection, which a host that is trimmed or compiled ahead of time
    /// does not have: there they are set in code only.
    /// </param>
    /// <param name="isShared">
    /// Whether an instance with these options spans the nodes, where it is not said on which node it is. Without it the contract decides:
    /// hypervisors, storage, networks and image stores are on a node, everything else is shared.
    /// </param>
    void Add<TProvider, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        string kind,
        Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
        Func<TOptions, IEnumerable<string>>? validate = null,
        Func<TOptions, IReadOnlyDictionary<string, string?>, IEnumerable<string>>? bind = null,
        Func<TOptions, bool>? isShared = null)
        where TProvider : class, IProvider
        where TOptions : class, new();
}
