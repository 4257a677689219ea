using System.IO.Hashing;
using LimiQuantix.Disks;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Images.Download;

/// <summary>
/// A download's bytes on disk while they are incomplete. Survives a crash: the next process takes the chunks that the journal
/// knows, after checking each against its hash.
/// </summary>
internal sealed class PartialDownload : IAsyncDisposable
{
    // The final _flush of a large image would otherwise be as long as the download.
    private const long FlushBytes = 256L << 20;
    private readonly SafeFileHandle _file;
    private readonly DownloadJournal? _journal;
    private bool _isFresh;
    // A file system takes one writer of a file at a time, and lets the others spin: here they wait. Never disposed: it holds no handle.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _flushing = new();
    private Task _flush = Task.CompletedTask;
    private long _unflushed;

    private PartialDownload(SafeFileHandle file, DownloadJournal? journal, bool isFresh)
    {
        _file = file;
        _journal = journal;
        _isFresh = isFresh;
    }

    /// <summary>The length of its chunks: that of the process which began it.</summary>
    public int? ChunkBytes => _journal?.Header.ChunkBytes;

    /// <summary>Whether whole chunks are noted, to be gone on with.</summary>
    public bool IsJournaled => _journal is not null;

    /// <summary>The number of chunks that are whole.</summary>
    public int KnownChunks => _journal?.Chunks.Count ?? 0;

    /// <summary>Opens what an earlier attempt left when it fits, otherwise begins anew.</summary>
    public static PartialDownload Open(string path, string journalPath, DownloadPlan plan)
    {
        var journal = File.Exists(path) ? DownloadJournal.Open(journalPath) : null;
        if (journal?.Header.Fits(plan) == true) return new PartialDownload(OpenFile(path, FileMode.Open), journal, isFresh: false);
        journal?.Dispose();
        var file = OpenFile(path, FileMode.Create);
        RandomAccess.SetLength(file, plan.LengthBytes);
        return new PartialDownload(file, DownloadJournal.Create(journalPath, JournalHeader.Of(plan)), isFresh: true);
    }

    /// <summary>Begins a download that cannot be resumed.</summary>
    public static PartialDownload Create(string path) => new(OpenFile(path, FileMode.Create), journal: null, isFresh: true);

    /// <summary>Reads a chunk that an earlier attempt left; false when there is none, or its bytes are not whole.</summary>
    public async ValueTask<bool> TryReadAsync(int chunk, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_journal is null || !_journal.Chunks.TryGetValue(chunk, out var hash)) return false;
        for (var read = 0; read < buffer.Length;)
        {
            var count = await RandomAccess.ReadAsync(_file, buffer[read..], offset + read, cancellationToken).ConfigureAwait(false);
            if (count == 0) return false;
            read += count;
        }

        return XxHash3.HashToUInt64(buffer.Span) == hash;
    }

    /// <summary>Says that bytes may be written where others were written before.</summary>
    public void BeginAgain() => _isFresh = false;

    /// <summary>Writes a part of a chunk.</summary>
    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Holes are for a new file only: an older one may have other bytes there.
            if (_isFresh) await SparseFile.WriteAsync(_file, bytes, offset, cancellationToken).ConfigureAwait(false);
            else await RandomAccess.WriteAsync(_file, bytes, offset, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }

        FlushNowAndThen(bytes.Length);
    }

    /// <summary>Notes that a chunk is whole, once all of it is written.</summary>
    public void Note(int chunk, ulong hash) => _journal?.Append(chunk, hash);

    /// <summary>Sets the length and waits until the bytes are on the disk.</summary>
    public async Task CompleteAsync(long lengthBytes)
    {
        await _flush.ConfigureAwait(false);
        RandomAccess.SetLength(_file, lengthBytes);
        await Task.Run(() => RandomAccess.FlushToDisk(_file)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // A failed _flush matters to CompleteAsync; here the bytes are given up.
        await _flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _file.Dispose();
        _journal?.Dispose();
    }

    private void FlushNowAndThen(int written)
    {
        lock (_flushing)
        {
            _unflushed += written;
            if (_unflushed < FlushBytes || !_flush.IsCompletedSuccessfully) return;
            _unflushed = 0;
            _flush = Task.Run(() => RandomAccess.FlushToDisk(_file));
        }
    }

    private static SafeFileHandle OpenFile(string path, FileMode mode) =>
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
}
