namespace LimiQuantix.Networks;

/// <summary>The networks that machines connect to. The built-in one, <c>user</c>, is QEMU's user-mode network.</summary>
public interface INetworks : IResources<VirtualNetwork, NetworkQuery, ResourceUpdate>;

/// <summary>Which networks.</summary>
public sealed record NetworkQuery : ResourceQuery
{
    /// <summary>On this fabric.</summary>
    public string? Fabric { get; init; }
}
