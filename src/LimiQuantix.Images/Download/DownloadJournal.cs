using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Images.Download;

/// <summary>
/// The file beside a partial download that says which chunks are whole. The first line tells which download it is; each further
/// line is a chunk's index and the XXH3 of its bytes. After a crash a line may be torn, and after a power cut a chunk may be
/// missing though its line is there: a torn line counts for nothing and a chunk counts only when its bytes have that hash.
/// </summary>
internal sealed class DownloadJournal : IDisposable
{
    // "iiiiiiii hhhhhhhhhhhhhhhh\n"
    private const int LineLength = 8 + 1 + 16 + 1;
    private const int MaximumBytes = 64 << 20;
    private readonly SafeFileHandle _file;
    private readonly Lock _appending = new();
    private readonly ConcurrentDictionary<int, ulong> _chunks;
    private long _length;

    private DownloadJournal(SafeFileHandle file, JournalHeader header, IEnumerable<KeyValuePair<int, ulong>> chunks, long length)
    {
        _file = file;
        _length = length;
        Header = header;
        _chunks = new ConcurrentDictionary<int, ulong>(chunks);
    }

    public JournalHeader Header { get; }

    /// <summary>The hash of each chunk that is whole.</summary>
    public IReadOnlyDictionary<int, ulong> Chunks => _chunks;

    /// <summary>Opens a journal; null when there is none that can be read.</summary>
    public static DownloadJournal? Open(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaximumBytes) return null;
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        var end = bytes.IndexOf((byte)'\n') + 1;
        if (end == 0 || JournalHeader.TryParse(bytes[..(end - 1)]) is not { } header) return null;
        var chunks = new Dictionary<int, ulong>();
        for (; TryParse(bytes[end..], header.ChunkCount, out var chunk, out var hash); end += LineLength) chunks[chunk] = hash;
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        // What follows the last good line is a torn one.
        RandomAccess.SetLength(file, end);
        return new DownloadJournal(file, header, chunks, end);
    }

    public static DownloadJournal Create(string path, JournalHeader header)
    {
        byte[] line = [.. header.ToJson(), (byte)'\n'];
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.Write(file, line, 0);
        return new DownloadJournal(file, header, [], line.Length);
    }

    /// <summary>Notes that a chunk is whole; call it when its bytes are written.</summary>
    public void Append(int chunk, ulong hash)
    {
        Span<byte> line = stackalloc byte[LineLength];
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{chunk:x8} {hash:x16}\n"), line);
        lock (_appending)
        {
            RandomAccess.Write(_file, line, _length);
            _length += LineLength;
        }

        _chunks[chunk] = hash;
    }

    public void Dispose() => _file.Dispose();

    private static bool TryParse(ReadOnlySpan<byte> bytes, int chunkCount, out int chunk, out ulong hash)
    {
        chunk = 0;
        hash = 0;
        return bytes.Length >= LineLength && bytes[8] == ' ' && bytes[LineLength - 1] == '\n'
            && int.TryParse(bytes[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out chunk)
            && chunk >= 0 && chunk < chunkCount
            && ulong.TryParse(bytes[9..(LineLength - 1)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out hash);
    }
}
