using System.Text.Json;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>The bytes in an answer to <c>guest-file-read</c>.</summary>
internal readonly record struct AgentFilePiece(ReadOnlyMemory<byte> Bytes, bool IsEnd)
{
    /// <summary>Reads a piece of no more than the bytes that were asked for.</summary>
    public static bool TryRead(JsonElement answer, int maximumBytes, out AgentFilePiece piece)
    {
        piece = default;
        if (answer.ValueKind != JsonValueKind.Object
            || !answer.TryGetProperty("buf-b64", out JsonElement text) || text.ValueKind != JsonValueKind.String
            || !text.TryGetBytesFromBase64(out byte[]? bytes) || bytes.Length > maximumBytes)
            return false;
        piece = new AgentFilePiece(bytes, answer.TryGetProperty("eof", out JsonElement end) && end.ValueKind == JsonValueKind.True);
        return true;
    }
}
