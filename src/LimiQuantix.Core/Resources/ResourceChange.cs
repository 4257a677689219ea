namespace LimiQuantix.Core.Resources;

/// <summary>A resource as it is now, or that it is gone.</summary>
internal sealed record ResourceChange<T>
{
    /// <summary>The resource's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The resource; <see langword="null"/> when it was deleted.</summary>
    public T? Value { get; init; }
}
