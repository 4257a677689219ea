using System.Text.Json;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>What the first frame of a call holds.</summary>
internal sealed record WireRequest
{
    /// <summary>The contract's or capability's interface.</summary>
    public required string Contract { get; init; }

    /// <summary>The member.</summary>
    public required string Member { get; init; }

    /// <summary>How long the caller will wait.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The arguments in their order; a token is nothing here, and a request is without its stream.</summary>
    public required IReadOnlyList<JsonElement?> Arguments { get; init; }
}

/// <summary>What the result's frame holds.</summary>
internal sealed record WireResult
{
    /// <summary>The answer; <see langword="null"/> where the contract has null.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Whether the answer, or a part of it, follows as a stream.</summary>
    public bool HasStream { get; init; }
}

/// <summary>What a proxy learns before its first call.</summary>
internal sealed record WireHello
{
    /// <summary>The capabilities of the instance now, by their interfaces' names.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>The values of the contract's properties.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Properties { get; init; }
}
