using System.IO.Hashing;
using System.Security.Cryptography;
using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using LimiQuantix.Images;
using LimiQuantix.Images.Download;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>What a download does with each chunk beside receiving and writing it.</summary>
public class ImageHashing
{
    private const int ChunkBytes = 1 << 20;
    private const int Chunks = 16;

    private readonly Chunk[] _chunks = new Chunk[Chunks];
    private readonly byte[] _all = new byte[Chunks * ChunkBytes];
    private ChunkBuffers? _buffers;
    private DownloadJournal? _journal;
    private string _folder = "";

    [GlobalSetup]
    public async Task SetUp()
    {
        new Random(1).NextBytes(_all);
        _buffers = new ChunkBuffers(Chunks, ChunkBytes);
        for (int i = 0; i < Chunks; i++)
        {
            byte[] buffer = await _buffers.RentAsync(CancellationToken.None);
            _all.AsSpan(i * ChunkBytes, ChunkBytes).CopyTo(buffer);
            _chunks[i] = new Chunk(i, buffer, ChunkBytes);
        }

        _folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        _journal = DownloadJournal.Create(
            Path.Combine(_folder, "journal"), new JournalHeader { SourceKey = "benchmark", LengthBytes = _all.Length, ChunkBytes = ChunkBytes });
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _buffers?.Dispose();
        _journal?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    [Work("Images: hash 16 chunks of 1 MiB that arrive in pairs in the wrong order")]
    public async Task<ImageDigest> Hash()
    {
        using var digest = new InOrderDigest(null);
        Channel<Chunk> arrived = Channel.CreateUnbounded<Chunk>();
        for (int i = 0; i < Chunks; i++)
            arrived.Writer.TryWrite(_chunks[i ^ 1]);
        arrived.Writer.Complete();
        await digest.ConsumeAsync(arrived.Reader, _buffers!, CancellationToken.None);
        // What is hashed went back; the next run takes all of it again.
        for (int i = 0; i < Chunks; i++)
            await _buffers!.RentAsync(CancellationToken.None);
        return digest.Finish().Sha256;
    }

    [Benchmark]
    [Peer("Images: hash 16 chunks of 1 MiB that arrive in pairs in the wrong order", "SHA256.HashData over all of them")]
    public byte[] HashAlone() => SHA256.HashData(_all);

    [Benchmark]
    [Work("Images: note a chunk of 1 MiB in the journal")]
    public void Note() => _journal!.Append(0, XxHash3.HashToUInt64(_chunks[0].Buffer));
}
