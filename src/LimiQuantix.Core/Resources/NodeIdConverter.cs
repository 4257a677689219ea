using System.Text.Json;
using System.Text.Json.Serialization;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Resources;

/// <summary>A node id as its text.</summary>
internal sealed class NodeIdConverter : JsonConverter<NodeId>
{
    /// <inheritdoc/>
    public override NodeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new NodeId(reader.GetString() ?? "");
        }
        catch (Exception e) when (e is LimiQuantixException or InvalidOperationException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, NodeId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
