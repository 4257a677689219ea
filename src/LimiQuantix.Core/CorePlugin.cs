using LimiQuantix.Core.Networks;
using LimiQuantix.Core.State;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.Images;
using LimiQuantix.Images.Store;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core;

/// <summary>The kinds that need nothing but Core: state in SQLite or memory, the image library in a folder, and QEMU's user-mode network.</summary>
internal sealed class CorePlugin : IPlugin
{
    public void Register(IPluginRegistry registry)
    {
        registry.Add<IStateStore, SqliteInstanceOptions>(
            CoreKinds.SqliteState,
            (context, options, _) => ValueTask.FromResult<IStateStore>(new SqliteStateStore(
                new SqliteStateOptions { Path = options.Path ?? Path.Combine(context.DataDirectory, "state.db") },
                context.TimeProvider,
                context.LoggerFactory.CreateLogger<SqliteStateStore>())));
        registry.Add<IStateStore, MemoryStateOptions>(
            CoreKinds.MemoryState,
            // Each life of it is an era of its own: providers remember the engines of the one before.
            (context, _, _) => ValueTask.FromResult<IStateStore>(new InMemoryStateStore(context.TimeProvider, firstEra: context.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds())));
        registry.Add<IImageStore, ImageLibraryOptions>(
            CoreKinds.Library,
            (context, options, _) => ValueTask.FromResult<IImageStore>(new LocalImageStore(context, options, options.GetSources?.Invoke() ?? throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, "The engine's own image library is not for others to add.", "Take the instance out: the engine adds it.", context.InstanceName))),
            options => options.Validate());
        registry.Add<INetworkBackend, UserNetworkOptions>(
            CoreKinds.UserNetwork, (context, _, _) => ValueTask.FromResult<INetworkBackend>(new UserNetworkBackend(context)));
    }
}
