using System.Buffers;
using System.Security.Cryptography;
using Google.Protobuf;
using LimiQuantix.Guest.Client;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest;

/// <summary>Files of the guest. Paths are absolute and of the guest's own form.</summary>
public sealed class GuestFiles
{
    private const int MaxEntries = 100_000;
    private readonly GuestSession _session;

    internal GuestFiles(GuestSession session) => _session = session;

    /// <summary>What is at a path.</summary>
    /// <exception cref="GuestException"><see cref="GuestErrorCode.NotFound"/>: nothing.</exception>
    public async Task<GuestFileEntry> StatAsync(string path, bool followLinks = true, CancellationToken cancellationToken = default)
    {
        Close close = await _session.CallAsync(new Request { Stat = new StatRequest { Path = Checked(path), FollowLinks = followLinks } }, cancellationToken).ConfigureAwait(false);
        return GuestFileEntry.Of(close.Stat ?? throw GuestException.Violation("a stat without its entry"));
    }

    /// <summary>What a folder holds, in the guest's order.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="limit">More entries than this are an error. Default 10,000, at most 100,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<GuestFileEntry>> ListAsync(string path, int limit = 10_000, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        limit = Math.Min(limit, MaxEntries);
        GuestStream stream = _session.Open(
            GuestSession.Timed(new Request { List = new ListRequest { Path = Checked(path), Limit = (uint)limit } }, _session.Options.CallTimeout), 1);
        List<GuestFileEntry> entries = [];
        try
        {
            while (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is { } item)
            {
                if (item.Type != FrameType.Message || GuestSession.Parse(Message.Parser, item.Payload).Entry is not { } entry)
                    throw GuestException.Violation("a list that holds something else than entries");
                if (entries.Count >= limit)
                    throw new GuestException(GuestErrorCode.LimitExceeded, $"The folder holds more than {limit} entries.");
                entries.Add(GuestFileEntry.Of(entry));
            }

            await _session.CloseOfAsync(stream, cancellationToken, _session.Options.CallTimeout).ConfigureAwait(false);
            return entries;
        }
        finally
        {
            Abandon(stream);
        }
    }

    /// <summary>A small file's content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">A longer file is an error. Default 16 MiB.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<byte[]> ReadAsync(string path, int maxBytes = 16 * 1024 * 1024, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream();
        using var bounded = new BoundedStream(content, maxBytes);
        await PullAsync(path, bounded, cancellationToken: cancellationToken).ConfigureAwait(false);
        return content.ToArray();
    }

    /// <summary>Writes a small file.</summary>
    public async Task<GuestTransfer> WriteAsync(
        string path, ReadOnlyMemory<byte> content, GuestWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var source = new MemoryStream(content.ToArray(), writable: false);
        return await PushAsync(source, path, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a file of the guest into a stream, and checks the digest that the guest computed while sending.</summary>
    /// <param name="path">The file; regular files only. One that grows is read to where its end is reached.</param>
    /// <param name="target">Where the bytes go.</param>
    /// <param name="offset">Where to begin, to go on with a pull that was cut.</param>
    /// <param name="progress">Told how many bytes have come.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GuestTransfer> PullAsync(
        string path, Stream target, long offset = 0, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        GuestStream stream = _session.Open(new Request { Read = new ReadRequest { Path = Checked(path), Offset = (ulong)offset } }, 1);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            while (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is { } item)
            {
                if (item.Type != FrameType.Data)
                    throw GuestException.Violation("a file that holds something else than data");
                await target.WriteAsync(item.Payload, cancellationToken).ConfigureAwait(false);
                hash.AppendData(item.Payload.Span);
                bytes += item.Payload.Length;
                progress?.Report(bytes);
            }

            Close close = await _session.CloseOfAsync(stream, cancellationToken).ConfigureAwait(false);
            byte[] digest = hash.GetHashAndReset();
            if (close.Read is not { } result || (long)result.Bytes != bytes || !result.Sha256.Span.SequenceEqual(digest))
                throw new GuestException(GuestErrorCode.Changed, $"The {bytes} bytes that came of {GuestText.Clean(path, 256)} are not those that the guest says it sent.");
            return new GuestTransfer { Bytes = bytes, Sha256 = digest, Files = 1, IsTorn = result.Changed };
        }
        finally
        {
            Abandon(stream);
        }
    }

    /// <summary>Copies a stream into a file of the guest: written beside it, checked, flushed and renamed.</summary>
    public async Task<GuestTransfer> PushAsync(
        Stream source, string path, GuestWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new GuestWriteOptions();
        if (options.ResumeId is not null && !source.CanSeek)
            throw new ArgumentException("A push that can be resumed needs a source that can seek.", nameof(source));
        if (options.Sha256.Length is not (0 or SHA256.HashSizeInBytes))
            throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(options));
        var request = new WriteRequest
        {
            Path = Checked(path),
            HasMode = options.Mode is not null,
            Mode = (uint)(options.Mode ?? 0),
            Owner = options.Owner ?? "",
            Group = options.Group ?? "",
            KeepExisting = options.KeepExisting,
            MakeParents = options.MakeParents,
            Sha256 = ByteString.CopyFrom(options.Sha256.Span),
            ResumeId = options.ResumeId ?? "",
        };
        if (source.CanSeek)
        {
            request.HasSize = true;
            request.Size = (ulong)(source.Length - source.Position);
        }

        GuestStream stream = _session.Open(new Request { Write = request }, 1);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FrameHeader.DataPayload);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            bool open = true;
            if (options.ResumeId is not null)
                (open, bytes) = await SkipAsync(stream, source, hash, buffer, cancellationToken).ConfigureAwait(false);
            int read;
            while (open && (read = await source.ReadAsync(buffer.AsMemory(0, FrameHeader.DataPayload), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                bytes += read;
                open = await stream.SendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                options.Progress?.Report(bytes);
            }

            await stream.EndInputAsync(cancellationToken).ConfigureAwait(false);
            Close close = await _session.CloseOfAsync(stream, cancellationToken).ConfigureAwait(false);
            byte[] digest = hash.GetHashAndReset();
            if (close.Write is not { } result || (long)result.Bytes != bytes || !result.Sha256.Span.SequenceEqual(digest))
                throw new GuestException(GuestErrorCode.Changed, $"What the guest wrote to {GuestText.Clean(path, 256)} is not the {bytes} bytes that were sent.");
            return new GuestTransfer { Bytes = bytes, Sha256 = digest, Files = 1, ResumedFrom = Claimed.Size(result.ResumedFrom) };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Abandon(stream);
        }
    }

    /// <summary>
    /// Copies a folder of the guest below a folder of this machine. The guest's names are checked one by one: nothing is written outside
    /// <paramref name="folder"/>, links and devices are left out and named in the answer.
    /// </summary>
    public async Task<GuestTransfer> PullTreeAsync(
        string path, string folder, GuestTreeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        GuestStream stream = _session.Open(new Request { ReadTree = new ReadTreeRequest { Path = Checked(path) } }, 1);
        try
        {
            var writer = new TreeWriter(folder, options ?? new GuestTreeOptions());
            await writer.RunAsync(stream, cancellationToken).ConfigureAwait(false);
            Close close = await _session.CloseOfAsync(stream, cancellationToken).ConfigureAwait(false);
            return writer.Finish(close.Tree ?? throw GuestException.Violation("a tree without its sum"));
        }
        finally
        {
            Abandon(stream);
        }
    }

    /// <summary>Copies a folder of this machine below a folder of the guest. Links and devices are left out and named in the answer.</summary>
    public async Task<GuestTransfer> PushTreeAsync(
        string folder, string path, GuestTreeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder} is no folder.");
        GuestStream stream = _session.Open(new Request { WriteTree = new WriteTreeRequest { Path = Checked(path) } }, 0);
        try
        {
            var reader = new TreeReader(folder, options ?? new GuestTreeOptions());
            await reader.RunAsync(stream, cancellationToken).ConfigureAwait(false);
            Close close = await _session.CloseOfAsync(stream, cancellationToken).ConfigureAwait(false);
            return reader.Finish(close.Tree ?? throw GuestException.Violation("a tree without its sum"));
        }
        finally
        {
            Abandon(stream);
        }
    }

    /// <summary>Changes permissions and owner; null leaves one as it is.</summary>
    public Task SetAttributesAsync(
        string path, UnixFileMode? mode = null, string? owner = null, string? group = null, CancellationToken cancellationToken = default) =>
        _session.CallAsync(
            new Request
            {
                SetAttributes = new SetAttributesRequest
                {
                    Path = Checked(path), HasMode = mode is not null, Mode = (uint)(mode ?? 0), Owner = owner ?? "", Group = group ?? "",
                },
            },
            cancellationToken);

    /// <summary>Removes a file, a link or a folder; what is absent already is no error when <paramref name="ignoreMissing"/> says so.</summary>
    public Task RemoveAsync(string path, bool recursive = false, bool ignoreMissing = false, CancellationToken cancellationToken = default) =>
        _session.CallAsync(new Request { Remove = new RemoveRequest { Path = Checked(path), Recursive = recursive, IgnoreMissing = ignoreMissing } }, cancellationToken);

    /// <summary>Makes a folder; with <paramref name="parents"/> those above it too, and one that is there is no error.</summary>
    public Task CreateDirectoryAsync(string path, bool parents = true, UnixFileMode? mode = null, CancellationToken cancellationToken = default) =>
        _session.CallAsync(
            new Request { MakeDirectory = new MakeDirectoryRequest { Path = Checked(path), Parents = parents, HasMode = mode is not null, Mode = (uint)(mode ?? 0) } },
            cancellationToken);

    /// <summary>The agent says first how much it kept; that much of the source is hashed and not sent.</summary>
    private static async Task<(bool Open, long Bytes)> SkipAsync(
        GuestStream stream, Stream source, IncrementalHash hash, byte[] buffer, CancellationToken cancellationToken)
    {
        if (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is not { Type: FrameType.Message } item)
            return (false, 0);
        long kept = Claimed.Size(GuestSession.Parse(Message.Parser, item.Payload).Entry?.Size ?? 0);
        if (kept > source.Length - source.Position)
            throw new GuestException(GuestErrorCode.Changed, "The guest kept more of an earlier push than this source holds: it is another content.");
        long left = kept;
        while (left > 0)
        {
            int read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException("The source became shorter while it was read.");
            hash.AppendData(buffer.AsSpan(0, read));
            left -= read;
        }

        return (true, kept);
    }

    private static void Abandon(GuestStream stream)
    {
        if (!stream.IsClosed)
            stream.Notify(new Notice { Cancel = true });
    }

    private static string Checked(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal) || path.Length > 4096)
            throw new ArgumentException("A path of the guest has at most 4096 characters and no NUL.", nameof(path));
        return path;
    }
}
