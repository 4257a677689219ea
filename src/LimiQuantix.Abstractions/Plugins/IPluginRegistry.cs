namespace LimiQuantix.Plugins;

/// <summary>Takes the kinds that a plugin can open.</summary>
public interface IPluginRegistry
{
    /// <summary>Registers a kind of provider.</summary>
    /// <typeparam name="TProvider">The provider contract, for example <c>IHypervisor</c>.</typeparam>
    /// <typeparam name="TOptions">The instance's options: a class of settable properties with documented defaults.</typeparam>
    /// <param name="kind">The kind's name: lower case, such as <c>libvirt</c>.</param>
    /// <param name="open">
    /// Opens one instance. Called when the instance is first needed, and again at the next use when it failed. It does not reach outside
    /// (no connection), so that a missing daemon is an error of a call; only a proxy of a remote instance may shake hands, because it
    /// has to know the other side's capabilities.
    /// </param>
    /// <param name="validate">Gives every problem of the options as a sentence each; <see langword="null"/> when none is possible.</param>
    void Add<TProvider, TOptions>(
        string kind,
        Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
        Func<TOptions, IEnumerable<string>>? validate = null)
        where TProvider : class, IProvider
        where TOptions : class, new();
}
