using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Machines;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Resources;

/// <summary>Brings documents that earlier versions stored into today's shape before they are read.</summary>
internal static class Upcasts
{
    /// <summary>The document as today's version would have stored it; the same bytes when nothing is to be changed.</summary>
    public static ReadOnlyMemory<byte> Apply<T>(ReadOnlyMemory<byte> json)
    {
        // Only what was stored before machines had several disks has this member; looking for it spares every other document a second reading.
        if ((typeof(T) != typeof(MachineDocument) && typeof(T) != typeof(VirtualMachine)) || json.Span.IndexOf("\"diskSizeBytes\""u8) < 0) return json;
        if (JsonNode.Parse(json.Span) is not JsonObject document) return json;
        try
        {
            if (typeof(T) == typeof(MachineDocument)) MachineUpcast.Document(document);
            else MachineUpcast.Result(document);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"The document is not what an earlier version wrote: {exception.Message}", exception);
        }

        return JsonSerializer.SerializeToUtf8Bytes(document, StateJson.Options);
    }
}
