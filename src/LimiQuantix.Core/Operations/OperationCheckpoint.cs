using System.Text.Json.Nodes;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>How far an operation is: enough for another process to go on, or to undo exactly what was begun.</summary>
internal sealed record OperationCheckpoint
{
    /// <summary>The steps that were begun, in their order.</summary>
    public IReadOnlyList<string> Begun { get; init; } = [];

    /// <summary>How it is going to end, once its undo has begun: whoever goes on undoes too, and does not begin anew.</summary>
    public OperationPhase? Ending { get; init; }

    /// <summary>Why it is being undone.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>The volumes that the operation has locked; given back with its end.</summary>
    public IReadOnlyList<Guid> LockedVolumes { get; init; } = [];

    /// <summary>What the kind keeps.</summary>
    public JsonNode? Data { get; init; }
}
