using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Operations;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Resources;

/// <summary>How documents are written into the state: camelCase, enums as strings, ids and digests as text.</summary>
internal static class StateJson
{
    private static readonly Lazy<JsonSerializerOptions> Made = new(Create);

    /// <summary>The options for every document in the state.</summary>
    public static JsonSerializerOptions Options => Made.Value;

    /// <summary>The types of tests that store documents of their own. Set before the first use.</summary>
    public static IJsonTypeInfoResolver? Further { get; set; }

    /// <summary>How a type is written and read.</summary>
    /// <exception cref="NotSupportedException">It is not in <see cref="StateJsonContext"/>.</exception>
    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>A value as a document's bytes.</summary>
    public static byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeOf<T>());

    /// <summary>A value of a type that is known only when it runs, as a document's bytes.</summary>
    public static byte[] ToBytesAsIs(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Options.GetTypeInfo(value.GetType()));

    /// <summary>A value as a document.</summary>
    public static JsonNode ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, TypeOf<T>())!;

    /// <summary>A value of a type that is known only when it runs, as a document.</summary>
    public static JsonNode ToNodeAsIs(object value) => JsonSerializer.SerializeToNode(value, Options.GetTypeInfo(value.GetType()))!;

    /// <summary>Whether two values say the same: records with lists compare by reference.</summary>
    public static bool AreEqual<T>(T one, T other) => ToBytes(one).AsSpan().SequenceEqual(ToBytes(other));

    // Each by itself: a converter that is made for any enum when it runs is not there when a host is compiled ahead of time.
    private static IReadOnlyList<JsonConverter> Enums =>
    [
        new TolerantEnumConverter<AddressSource>(), new TolerantEnumConverter<ChangeEffect>(), new TolerantEnumConverter<DiskBus>(), new TolerantEnumConverter<DiskFormat>(),
        new TolerantEnumConverter<DiskKind>(), new TolerantEnumConverter<FirmwareKind>(), new TolerantEnumConverter<GraphicsKind>(), new TolerantEnumConverter<ImagePhase>(),
        new TolerantEnumConverter<LocationTrust>(), new TolerantEnumConverter<MachinePhase>(), new TolerantEnumConverter<OperationPhase>(),
        new TolerantEnumConverter<PauseCause>(), new TolerantEnumConverter<PowerState>(), new TolerantEnumConverter<ResourceOrder>(), new TolerantEnumConverter<RunPolicy>(),
        new TolerantEnumConverter<SecretOwnerKind>(), new TolerantEnumConverter<SharingScope>(), new TolerantEnumConverter<StopMode>(),
        new TolerantEnumConverter<TransportProtocol>(), new TolerantEnumConverter<VolumeAccess>(), new TolerantEnumConverter<WatchdogAction>(),
    ];

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
            TypeInfoResolver = (Further is { } further ? JsonTypeInfoResolver.Combine(StateJsonContext.Default, further) : StateJsonContext.Default)
                .WithAddedModifier(StateJsonContext.KeepDefaults).WithAddedModifier(LeaveOutVersion),
            Converters = { new NodeIdConverter(), new ImageDigestConverter() },
        };
        foreach (var converter in Enums) options.Converters.Add(converter);
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
