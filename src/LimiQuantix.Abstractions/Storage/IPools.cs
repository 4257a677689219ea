namespace LimiQuantix.Storage;

/// <summary>The storage pools: they are configured, not created.</summary>
public interface IPools : IResources<StoragePool, PoolQuery, ResourceUpdate>;

/// <summary>Which pools.</summary>
public sealed record PoolQuery : ResourceQuery
{
    /// <summary>Of this kind of backend, such as <c>directory</c>.</summary>
    public string? Kind { get; init; }
}
