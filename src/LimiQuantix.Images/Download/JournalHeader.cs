using System.Text.Json;

namespace LimiQuantix.Images.Download;

/// <summary>Which download a journal belongs to.</summary>
internal sealed record JournalHeader
{
    public required string SourceKey { get; init; }

    public required long LengthBytes { get; init; }

    public required int ChunkBytes { get; init; }

    public string? Validator { get; init; }

    public string? ExpectedDigest { get; init; }

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
    /// Whether chunks of that download are chunks of this one: the same version of the same file, or of a mirror's when all bytes are
    /// held against one digest in the end.
    /// </summary>
    public bool Fits(DownloadPlan plan)
    {
        if (LengthBytes != plan.LengthBytes) return false;
        var isSameDigest = ExpectedDigest is not null && ExpectedDigest == plan.ExpectedDigest?.ToString();
        if (SourceKey != plan.SourceKey) return isSameDigest;
        return Validator == plan.Validator && (Validator is not null || isSameDigest);
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static JournalHeader? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var header = JsonSerializer.Deserialize<JournalHeader>(json);
            return header is { LengthBytes: > 0, ChunkBytes: >= 64 << 10 and <= 64 << 20 }
                && (header.LengthBytes + header.ChunkBytes - 1) / header.ChunkBytes <= int.MaxValue ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
