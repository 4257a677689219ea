using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;

namespace LimiQuantix.Core.Operations;

/// <summary>Tells whether two submissions ask for the same.</summary>
internal static class RequestHash
{
    /// <summary>The SHA-256 of kind, resource (unless it was just chosen) and request; the order of an object's members does not matter.</summary>
    public static string Of(OperationSubmission submission)
    {
        var request = JsonSerializer.SerializeToNode(submission.Request, submission.Request.GetType(), StateJson.Options);
        var resource = submission.IsCreation ? "" : submission.ResourceId.ToString("D");
        var text = $"{submission.Kind}\n{resource}\n{Sorted(request)?.ToJsonString()}";
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
