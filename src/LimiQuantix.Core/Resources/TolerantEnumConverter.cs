using System.Text.Json;
using System.Text.Json.Serialization;

namespace LimiQuantix.Core.Resources;

/// <summary>
/// An enum as its camelCase name. A name of a newer version reads as the member 0, which is <c>Unknown</c> throughout the contract.
/// </summary>
internal sealed class TolerantEnumConverter<T> : JsonConverter<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> ByName =
        Enum.GetNames<T>().ToDictionary(JsonNamingPolicy.CamelCase.ConvertName, Enum.Parse<T>, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return ByName.GetValueOrDefault(reader.GetString()!);
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
        {
            var value = (T)Enum.ToObject(typeof(T), number);
            return Enum.IsDefined(value) ? value : default;
        }

        throw new JsonException($"Not a {typeof(T).Name}.");
    }

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ByName.GetValueOrDefault(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(NameOf(value));

    private static string NameOf(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
