using System.Text.Json;
using System.Text.Json.Serialization;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Resources;

/// <summary>A digest as <c>algorithm:hex</c>.</summary>
internal sealed class ImageDigestConverter : JsonConverter<ImageDigest>
{
    /// <inheritdoc/>
    public override ImageDigest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && ImageDigest.TryParse(reader.GetString(), out var digest)) return digest;
        throw new JsonException("Not an image digest.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImageDigest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
