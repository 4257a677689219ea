using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LimiQuantix.Images;
using LimiQuantix.Nodes;

namespace LimiQuantix.Conformance.Wire;

/// <summary>
/// The contract's records as bytes: members in camelCase, enums by name, ids and digests as text, a union as an object with
/// its <c>kind</c>. A union's case or an enum's name that this version does not know is refused or reads as <c>Unknown</c>.
/// </summary>
public static class ContractJson
{
    /// <summary>How everything is written and read.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>
    /// How arguments are written: text that is none (half a surrogate pair) is refused, where <see cref="Options"/> would write something else.
    /// </summary>
    public static JsonSerializerOptions Arguments { get; } = CreateArguments();

    /// <summary>Writes a value of a declared type.</summary>
    public static byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>Reads a value of a declared type.</summary>
    public static T FromBytes<T>(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<T>(bytes, Options)!;

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            // Members have no order: a database or another program may have put the kind behind them.
            AllowOutOfOrderMetadataProperties = true,
            TypeInfoResolver = ContractUnions.Resolver,
            Converters = { new EnumNames(), new NodeIdText(), new DigestText() },
        };
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions CreateArguments()
    {
        var options = new JsonSerializerOptions(Options);
        options.Converters.Add(new WholeText());
        options.MakeReadOnly();
        return options;
    }

    private sealed class WholeText : JsonConverter<string>
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Checked(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Checked(value));

        private static string Checked(string value)
        {
            try
            {
                Strict.GetByteCount(value);
                return value;
            }
            catch (EncoderFallbackException)
            {
                throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The text holds half of a surrogate pair.", "Give well-formed Unicode.");
            }
        }
    }

    private sealed class EnumNames : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter?)Activator.CreateInstance(typeof(EnumName<>).MakeGenericType(typeToConvert));
    }

    private sealed class EnumName<T> : JsonConverter<T> where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Enum.TryParse(reader.GetString(), ignoreCase: true, out T value) && Enum.IsDefined(value) ? value : default;

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
    }

    private sealed class NodeIdText : JsonConverter<NodeId>
    {
        public override NodeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, NodeId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    private sealed class DigestText : JsonConverter<ImageDigest>
    {
        public override ImageDigest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ImageDigest.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, ImageDigest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
