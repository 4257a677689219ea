using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LimiQuantix.Images.Download;

/// <summary>Which download a journal belongs to.</summary>
internal sealed record JournalHeader
{
    public required string SourceKey { get; init; }

    public required long LengthBytes { get; init; }

    public required int ChunkBytes { get; init; }

    public string? Validator { get; init; }

    public string? ExpectedDigest { get; init; }

    /// <summary>What the download is kept by, safe as a file's name: its digest, then its source.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Keys =>
        [.. new[] { ExpectedDigest, SourceKey }.Where(text => text is not null).Select(text => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text!))))];

    public int ChunkCount => (int)((LengthBytes + ChunkBytes - 1) / ChunkBytes);

    public static JournalHeader Of(DownloadPlan plan) => new()
    {
        SourceKey = plan.SourceKey,
        LengthBytes = plan.LengthBytes,
        ChunkBytes = plan.ChunkBytes,
        Validator = plan.Validator,
        ExpectedDigest = plan.ExpectedDigest?.ToString(),
    };

    /// <summary>
    /// Whether chunks of that download may be chunks of this one: the same version of the same file; or of any file of this length when all
    /// bytes are held against one digest in the end.
    /// </summary>
    public bool Fits(DownloadPlan plan)
    {
        if (LengthBytes != plan.LengthBytes) return false;
        if (ExpectedDigest is not null && ExpectedDigest == plan.ExpectedDigest?.ToString()) return true;
        return SourceKey == plan.SourceKey && Validator is not null && Validator == plan.Validator;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JournalHeaderJson.Default.JournalHeader);

    public static JournalHeader? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var header = JsonSerializer.Deserialize(json, JournalHeaderJson.Default.JournalHeader);
            return header is { LengthBytes: > 0, ChunkBytes: >= 64 << 10 and <= 64 << 20 }
                && (header.LengthBytes + header.ChunkBytes - 1) / header.ChunkBytes <= int.MaxValue ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(JournalHeader))]
internal sealed partial class JournalHeaderJson : JsonSerializerContext;
