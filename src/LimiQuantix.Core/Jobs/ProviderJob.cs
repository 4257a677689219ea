using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Jobs;

namespace LimiQuantix.Core.Jobs;

/// <summary>A job that the engine wants of a provider: how it is named, begun and followed.</summary>
internal sealed record ProviderJob
{
    /// <summary>What it is and whose, for errors and logs: "The import of base … into pool 'p'".</summary>
    public required string What { get; init; }

    /// <summary>The provider instance's name, as errors' target.</summary>
    public required string Target { get; init; }

    /// <summary>The provider's jobs.</summary>
    public required IProviderJobs Jobs { get; init; }

    /// <summary>Gives the job's id of a generation; see <see cref="JobId"/>.</summary>
    public required Func<int, Guid> IdOf { get; init; }

    /// <summary>Begins it, or re-attaches to it.</summary>
    public required Func<Guid, CancellationToken, Task<JobObservation>> Begin { get; init; }

    /// <summary>Told the id before anything is begun under it.</summary>
    public Action<Guid>? Chosen { get; init; }

    /// <summary>Told how far it is.</summary>
    public Action<JobProgress>? Report { get; init; }
}

/// <summary>
/// Ids of jobs that any engine of the installation finds again without having stored them: derived from what the job is about, and from a
/// generation that goes up when a job of that id came to nothing.
/// </summary>
internal static class JobId
{
    /// <summary>Gives a UUID version 8 (RFC 9562 §5.8) that the same parts always give.</summary>
    public static Guid Derive(params ReadOnlySpan<string> parts)
    {
        // A length before each part: no two lists of parts read alike.
        StringBuilder text = new("limiquantix-job");
        foreach (var part in parts) text.Append('\n').Append(part.Length).Append(' ').Append(part);
        Span<byte> bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
