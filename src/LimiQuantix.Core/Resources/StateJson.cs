using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Resources;

/// <summary>How documents are written into the state: camelCase, enums as strings, ids and digests as text.</summary>
internal static class StateJson
{
    /// <summary>The options for every document in the state.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Whether two values say the same: records with lists compare by reference.</summary>
    public static bool AreEqual<T>(T one, T other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, Options).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, Options));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            RespectNullableAnnotations = true,
            // Members have no order: another program may have put a union's kind behind them.
            AllowOutOfOrderMetadataProperties = true,
            // Text as it is, not escaped for web pages: a spec in Chinese would have six bytes for every character.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutVersion } },
            Converters = { new TolerantEnumConverterFactory(), new NodeIdConverter(), new ImageDigestConverter() },
        };
        options.MakeReadOnly();
        return options;
    }

    // A document's version is its entry's: it is set on reading and never written.
    private static void LeaveOutVersion(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(IResource)) && type.Type != typeof(Operation)) return;
        foreach (var property in type.Properties.Where(property => property.Name == "version"))
        {
            property.ShouldSerialize = (_, _) => false;
        }
    }
}
