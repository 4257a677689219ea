using LimiQuantix.Core;
using LimiQuantix.Hypervisor.Libvirt;
using LimiQuantix.Console.Vnc;
using LimiQuantix.Images.Http;
using LimiQuantix.Plugins;
using LimiQuantix.Storage.Directory;

namespace LimiQuantix.Tests;

/// <summary>The kinds of the engine and the everyday plugins, with the types of their options.</summary>
internal sealed class OptionKinds : IPluginRegistry
{
    /// <summary>Kinds that nobody but the engine adds.</summary>
    private static readonly string[] Own = ["library"];

    private readonly List<(string Kind, Type Options)> _kinds = [];

    public static IReadOnlyList<(string Kind, Type Options)> All { get; } = Collect();

    public void Add<TProvider, TOptions>(
        string kind,
        Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open,
        Func<TOptions, IEnumerable<string>>? validate = null,
        Func<TOptions, IReadOnlyDictionary<string, string?>, IEnumerable<string>>? bind = null,
        Func<TOptions, bool>? isShared = null)
        where TProvider : class, IProvider
        where TOptions : class, new() => _kinds.Add((kind, typeof(TOptions)));

    private static List<(string Kind, Type Options)> Collect()
    {
        OptionKinds registry = new();
        foreach (IPlugin plugin in new IPlugin[] { new CorePlugin(), new LibvirtPlugin(), new HttpImagesPlugin(), new DirectoryStoragePlugin(), new VncConsolePlugin() })
            plugin.Register(registry);
        return [.. registry._kinds.Where(kind => !Own.Contains(kind.Kind))];
    }
}
