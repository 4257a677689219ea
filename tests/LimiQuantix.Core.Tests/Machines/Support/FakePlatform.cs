using System.Collections.Concurrent;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A plugin whose hypervisor and pool are in memory and fail when they are told to: for the engine's own logic.</summary>
public sealed class FakePlatform : IPlugin
{
    /// <summary>The name of the instance that is <see cref="Other"/>; every other name is <see cref="Hypervisor"/>.</summary>
    public const string OtherInstance = "other";

    public FakeHypervisor Hypervisor { get; } = new();

    public FakeHypervisor Other { get; } = new();

    public FakeStorage Storage { get; } = new();

    /// <summary>What the guests' agents read, by path.</summary>
    public ConcurrentDictionary<string, byte[]> GuestFiles { get; } = new();

    /// <summary>Whether it has a fabric, <c>recording</c>, which keeps in <see cref="PortsAsked"/> what it was asked for.</summary>
    public bool HasNetwork { get; init; }

    public ConcurrentQueue<BindPortRequest> PortsAsked { get; } = [];

    public void Register(IPluginRegistry registry)
    {
        registry.Add<IHypervisor, FakePlatformOptions>("fake", (context, _, _) => ValueTask.FromResult<IHypervisor>(context.InstanceName == OtherInstance ? Other : Hypervisor));
        registry.Add<IStorageBackend, FakePlatformStorageOptions>("fake", (_, _, _) => ValueTask.FromResult<IStorageBackend>(Storage));
        registry.Add<INetworkBackend, FakePlatformNetworkOptions>("fake", (context, _, _) => ValueTask.FromResult<INetworkBackend>(new RecordingNetwork(context, PortsAsked)));
        registry.Add<IGuestAgentProvider, FakePlatformAgentOptions>("fake", (context, _, _) => ValueTask.FromResult<IGuestAgentProvider>(new FakeGuestAgent(context, GuestFiles)));
    }
}
