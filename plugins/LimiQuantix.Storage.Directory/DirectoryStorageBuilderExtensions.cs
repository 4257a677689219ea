using LimiQuantix.Storage.Directory;

namespace LimiQuantix;

/// <summary>Adds storage pools in folders to a host.</summary>
public static class DirectoryStorageBuilderExtensions
{
    /// <summary>Adds the plugin and one pool.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options; a second call configures further.</param>
    /// <param name="name">The pool's name.</param>
    public static ILimiQuantixBuilder AddDirectoryStorage(
        this ILimiQuantixBuilder builder, Action<DirectoryStorageOptions>? configure = null, string name = "default")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddPlugin(new DirectoryStoragePlugin()).AddInstance(DirectoryStoragePlugin.Kind, name, configure);
    }
}
