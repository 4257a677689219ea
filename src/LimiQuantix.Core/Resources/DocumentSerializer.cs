using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources;

/// <summary>Documents to entries and back. Members that this version does not know survive a rewrite; older shapes are upcast.</summary>
internal static class DocumentSerializer<T> where T : class
{
    private static readonly JsonTypeInfo<T> Type = StateJson.TypeOf<T>();
    private static readonly DocumentSchema Schema = DocumentSchema.Of(typeof(T));

    private static readonly byte[] SchemaTail = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"{DocumentSchema.Member}\":{Schema.Current}}}"));

    // Only where StateJson keeps the version out of the document.
    private static readonly JsonPropertyInfo? Version =
        Type.Properties.FirstOrDefault(property => property is { Name: "version", ShouldSerialize: not null });

    /// <summary>Reads an entry.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.DataCorrupt"/>; <see cref="ErrorCodes.NewerState"/>: a newer version of this program wrote it.
    /// </exception>
    public static Stored<T> Read(StateEntry entry)
    {
        try
        {
            var (value, json) = Read(entry.Key, entry.Value);
            Version?.Set!(value, entry.Version);
            return new Stored<T> { Value = value, Version = entry.Version, Json = json };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
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
    /// <param name="previous">The stored document that it replaces, as <see cref="Stored{T}.Json"/> has it; empty for a new one.</param>
    public static ReadOnlyMemory<byte> Write(T value, ReadOnlyMemory<byte> previous = default)
    {
        // A new one has nothing to compare with: its number is put behind its members, where the node has it too.
        if (previous.IsEmpty) return WithNumber(JsonSerializer.SerializeToUtf8Bytes(value, Type));
        var next = JsonSerializer.SerializeToNode(value, Type);
        var before = JsonNode.Parse(previous.Span);
        if (before is not null) UnknownMembers.Keep(before, next, Type);
        if (next is JsonObject document)
        {
            if (value is IResource) SetGeneration(before as JsonObject, document);
            document[DocumentSchema.Member] = Schema.Current;
        }

        return StateJson.ToBytes(next);
    }

    /// <summary>Reads what <see cref="Write"/> gave, of this version or an older one.</summary>
    /// <param name="name">What it is, for the error.</param>
    /// <param name="json">The document.</param>
    /// <returns>The document, and its bytes in the present shape.</returns>
    /// <exception cref="JsonException">It cannot be read.</exception>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NewerState"/>.</exception>
    public static (T Value, ReadOnlyMemory<byte> Json) Read(string name, ReadOnlyMemory<byte> json)
    {
        var number = NumberOf(json.Span);
        if (number > Schema.Current) throw Newer(name, number);
        if (number < Schema.Current && JsonNode.Parse(json.Span) is JsonObject older)
        {
            Schema.Upcast(older, number);
            older[DocumentSchema.Member] = Schema.Current;
            json = StateJson.ToBytes(older);
        }

        return (JsonSerializer.Deserialize(json.Span, Type) ?? throw new JsonException("The document is null."), json);
    }

    private static ReadOnlyMemory<byte> WithNumber(byte[] json)
    {
        if (json is not [(byte)'{', _, _, ..]) return json;
        var tail = SchemaTail.AsSpan();
        var numbered = new byte[json.Length - 1 + tail.Length];
        json.AsSpan(0, json.Length - 1).CopyTo(numbered);
        tail.CopyTo(numbered.AsSpan(json.Length - 1));
        return numbered;
    }

    // Without reading the whole document: most are of the present shape.
    private static int NumberOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return 1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("schema"u8);
            if (!reader.Read()) break;
            if (found) return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) && number > 0 ? number : 1;
            reader.Skip();
        }

        return 1;
    }

    // What a resource's name, labels and sharing are is not part of what is wanted of it, though a creation's spec has them.
    private static void SetGeneration(JsonObject? previous, JsonObject next)
    {
        if (previous is null) return;
        var before = previous["generation"] is JsonValue value && value.TryGetValue(out long generation) ? generation : 1;
        next["generation"] = JsonNode.DeepEquals(Wanted(previous), Wanted(next)) ? before : before + 1;
    }

    private static JsonObject? Wanted(JsonObject document)
    {
        if (document["spec"] is not JsonObject spec) return null;
        var wanted = spec.DeepClone().AsObject();
        foreach (var member in (ReadOnlySpan<string>)["name", "labels", "sharing"]) wanted.Remove(member);
        return wanted;
    }

    private static LimiQuantixException Newer(string name, int number) => new(
        ErrorCodes.NewerState,
        string.Create(CultureInfo.InvariantCulture, $"The stored document '{name}' has schema {number}; this version reads up to {Schema.Current}."),
        "A newer version of this program wrote it: use that version, or restore a backup from before the upgrade.",
        name);
}
