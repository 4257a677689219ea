using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A plugin whose hypervisor and pool are in memory and fail when they are told to: for the engine's own logic.</summary>
public sealed class FakePlatform : IPlugin
{
    public FakeHypervisor Hypervisor { get; } = new();

    public FakeStorage Storage { get; } = new();

    public void Register(IPluginRegistry registry)
    {
        registry.Add<IHypervisor, FakePlatformOptions>("fake", (_, _, _) => ValueTask.FromResult<IHypervisor>(Hypervisor));
        registry.Add<IStorageBackend, FakePlatformStorageOptions>("fake", (_, _, _) => ValueTask.FromResult<IStorageBackend>(Storage));
    }
}
