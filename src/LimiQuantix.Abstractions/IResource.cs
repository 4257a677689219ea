namespace LimiQuantix;

/// <summary>
/// What every stored resource has around its <c>Spec</c> (what is wanted) and its <c>Status</c> (what is observed, a document of its own).
/// </summary>
public interface IResource
{
    /// <summary>The UUIDv7 that the engine chose.</summary>
    Guid Id { get; }

    /// <summary>
    /// The project that the resource belongs to; <c>default</c> unless the caller has another. <see langword="null"/> for what is the whole
    /// installation's: nodes, pools.
    /// </summary>
    string? Project { get; }

    /// <summary>Who asked for it; <see langword="null"/> when the engine made it itself, or an earlier version did not note it.</summary>
    string? Creator { get; }

    /// <summary>Who sees it besides its creator.</summary>
    ResourceSharing Sharing { get; }

    /// <summary>The name, unique within project and kind.</summary>
    string Name { get; }

    /// <summary>Grows with every stored change of the resource, its labels and its status too: for watches and ETags.</summary>
    long Version { get; }

    /// <summary>
    /// Grows with the spec alone, from 1 on: for <see cref="Operations.ResourceOperationOptions.ExpectedGeneration"/>, and to compare with a
    /// status's <c>AppliedGeneration</c>.
    /// </summary>
    long Generation { get; }

    /// <summary>The host's own marks: at most 64, keys of 1 to 63 and values to 255 characters.</summary>
    IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>When it was asked for.</summary>
    DateTimeOffset CreatedAt { get; }
}
