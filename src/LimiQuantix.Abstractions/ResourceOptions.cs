using System.Text.Json.Serialization;
using LimiQuantix.Operations;

namespace LimiQuantix;

// The options of the verbs that several nouns have. A verb that one noun alone has keeps its options beside its interface.

/// <summary>How to give one resource.</summary>
public sealed record GetOptions
{
    /// <summary>Gives what is stored, without asking any provider.</summary>
    public bool Stored { get; init; }
}

/// <summary>How to tell what can be done with a resource.</summary>
public sealed record ActionsOptions
{
    /// <summary>Judges by what is stored, without asking any provider.</summary>
    public bool Stored { get; init; }
}

/// <summary>What a caller may add to a creation.</summary>
public sealed record CreateOptions : OperationOptions;

/// <summary>What a caller may add to an ensure.</summary>
public sealed record EnsureOptions
{
    /// <summary>Told of the progress of what is made meanwhile. It stays in the caller's process.</summary>
    [JsonIgnore]
    public IProgress<OperationProgress>? Progress { get; init; }
}

/// <summary>What a caller may add to an update.</summary>
public sealed record UpdateOptions : ResourceOperationOptions;

/// <summary>What a caller may add to a deletion.</summary>
public sealed record DeleteOptions : ResourceOperationOptions;

/// <summary>What a caller may add to a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// A page's or an event's position: only what happens after it is told. Without it everything that is there is told first. A position that is
    /// too old, or of another era of the state, is <see cref="ErrorCodes.Conflict"/>: list again.
    /// </summary>
    public string? After { get; init; }
}

/// <summary>What a caller may add to the following of one resource.</summary>
public sealed record FollowOptions
{
    /// <summary>The <see cref="IResource.Version"/> that the caller knows: only what is newer is told. Without it the resource as it is comes first.</summary>
    public long? AfterVersion { get; init; }
}
