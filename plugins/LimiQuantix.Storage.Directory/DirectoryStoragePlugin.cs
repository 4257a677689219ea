using LimiQuantix.Plugins;

namespace LimiQuantix.Storage.Directory;

/// <summary>Registers the storage backend of kind <c>directory</c>: a pool in a folder.</summary>
public sealed class DirectoryStoragePlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "directory";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.Add<IStorageBackend, DirectoryStorageOptions>(
            Kind,
            static (context, options, _) => ValueTask.FromResult<IStorageBackend>(new DirectoryStorage(context, options)),
            static options => options.Validate(),
            isShared: static options => options.IsShared);
    }
}
