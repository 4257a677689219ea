using System.Security.Cryptography;
using System.Threading.Channels;

namespace LimiQuantix.Images.Download;

/// <summary>Hashes chunks in their order, whatever order they arrive in, while others are still being received.</summary>
internal sealed class InOrderDigest : IDisposable
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _sha512;

    /// <summary>SHA-256 is always computed, since the library is addressed by it; SHA-512 when the expected digest is one.</summary>
    public InOrderDigest(ImageDigest? expected) =>
        _sha512 = expected?.Algorithm == "sha512" ? IncrementalHash.CreateHash(HashAlgorithmName.SHA512) : null;

    /// <summary>Takes chunks from the channel until it ends; every buffer goes back when it is hashed.</summary>
    public async Task ConsumeAsync(ChannelReader<Chunk> chunks, ChunkBuffers buffers, CancellationToken cancellationToken)
    {
        var early = new Dictionary<int, Chunk>();
        var next = 0;
        await foreach (var arrived in chunks.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            early.Add(arrived.Index, arrived);
            while (early.Remove(next, out var chunk))
            {
                await AppendAsync(chunk.Buffer.AsMemory(0, chunk.Length)).ConfigureAwait(false);
                buffers.Return(chunk.Buffer);
                next++;
            }
        }
    }

    /// <summary>Adds bytes that are the next in order.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        // Two hashes of the same bytes are two cores' work.
        var second = _sha512 is null ? null : Task.Run(() => _sha512.AppendData(bytes.Span));
        _sha256.AppendData(bytes.Span);
        if (second is not null) await second.ConfigureAwait(false);
    }

    /// <summary>Forgets all bytes.</summary>
    public void Reset()
    {
        _sha256.TryGetHashAndReset(stackalloc byte[SHA256.HashSizeInBytes], out _);
        _sha512?.TryGetHashAndReset(stackalloc byte[SHA512.HashSizeInBytes], out _);
    }

    /// <summary>The SHA-256 of all bytes, and the digest to compare with an expected one (the same when that is a SHA-256).</summary>
    public (ImageDigest Sha256, ImageDigest Comparable) Finish()
    {
        var first = new ImageDigest("sha256", Convert.ToHexStringLower(_sha256.GetHashAndReset()));
        return (first, _sha512 is null ? first : new ImageDigest("sha512", Convert.ToHexStringLower(_sha512.GetHashAndReset())));
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _sha512?.Dispose();
    }
}
