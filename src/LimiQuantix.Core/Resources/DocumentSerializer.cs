using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources;

/// <summary>Documents to entries and back. Members that this version does not know survive a rewrite.</summary>
internal static class DocumentSerializer<T> where T : class
{
    private static readonly JsonTypeInfo Type = StateJson.Options.GetTypeInfo(typeof(T));

    // Only where StateJson keeps the version out of the document.
    private static readonly JsonPropertyInfo? Version =
        Type.Properties.FirstOrDefault(property => property is { Name: "version", ShouldSerialize: not null });

    /// <summary>Reads an entry.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.DataCorrupt"/>.</exception>
    public static Stored<T> Read(StateEntry entry)
    {
        try
        {
            var json = Upcasts.Apply<T>(entry.Value);
            var value = (T?)JsonSerializer.Deserialize(json.Span, Type) ?? throw new JsonException("The document is null.");
            Version?.Set!(value, entry.Version);
            return new Stored<T> { Value = value, Version = entry.Version, Json = json };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new LimiQuantixException(
                ErrorCodes.DataCorrupt,
                $"The stored document '{entry.Key}' cannot be read: {e.Message}",
                UnreadableDocuments.Remedy(entry.Key),
                entry.Key,
                innerException: e);
        }
    }

    /// <summary>Writes a document.</summary>
    /// <param name="value">The document.</param>
    /// <param name="previous">The stored document that it replaces; empty for a new one.</param>
    public static ReadOnlyMemory<byte> Write(T value, ReadOnlyMemory<byte> previous = default)
    {
        // Always by way of the node, so that the same document gives the same bytes.
        var next = JsonSerializer.SerializeToNode(value, Type);
        if (!previous.IsEmpty) UnknownMembers.Keep(JsonNode.Parse(previous.Span), next, Type);
        return JsonSerializer.SerializeToUtf8Bytes(next, StateJson.Options);
    }
}
