using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;

namespace LimiQuantix.Core.Operations;

/// <summary>Tells whether two requests ask for the same.</summary>
internal static class RequestHash
{
    /// <summary>The SHA-256 of kind, named resource and request; the order of an object's members does not matter.</summary>
    public static string Of(OperationRequest request)
    {
        var body = StateJson.ToNodeAsIs(request.Request);
        var text = $"{request.Kind}\n{request.Target?.ToString("D")}\n{Sorted(body)?.ToJsonString()}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(
            members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
