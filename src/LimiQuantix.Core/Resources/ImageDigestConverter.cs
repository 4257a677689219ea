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
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("An image digest is a text such as sha256: and 64 hexadecimal digits.");
        try
        {
            return ImageDigest.Parse(reader.GetString()!);
        }
        catch (LimiQuantixException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImageDigest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
