namespace LimiQuantix.Plugins;

/// <summary>Takes the kinds that a plugin can open.</summary>
public interface IPluginRegistry
{
    /// <summary>Registers a kind of provider.</summary>
    /// <typeparam name="TProvider">The provider contract, for example <c>IHypervisor</c>.</typeparam>
    /// <typeparam name="TOptions">The instance's options: a class of settable properties with documented defaults.</typeparam>
    /// <param name="kind">The kind's name: lower case, such as <c>libvirt</c>.</param>
    /// <param name="open">
    /// Opens one instance. Called once per configured instance, when it is first needed. It must not reach outside (no connection):
    /// a missing daemon is an error of the first call.
    /// </param>
    /// <param name="validate">Gives every problem of the options as a sentence each; <see langword="null"/> when none is possible.</param>
    void Add<TProvider, TOptions>(
        string kind,
        Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
        Func<TOptions, IEnumerable<string>>? validate = null)
        where TProvider : class, IProvider
        where TOptions : class, new();
}
