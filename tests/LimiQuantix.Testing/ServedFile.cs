using System.Collections.Concurrent;

namespace LimiQuantix.Testing;

/// <summary>
/// One path of a <see cref="FileServer"/> and the faults it shows. Every setting may be changed at any time and holds for
/// the requests that begin after it.
/// </summary>
public sealed class ServedFile
{
    private readonly ConcurrentQueue<FileRequest> requests = new();
    private long bytesSent;
    private int atOnce;
    private int failuresLeft;
    private int failureStatus;

    internal ServedFile(string url, byte[]? bytes, string? filePath)
    {
        Url = url;
        Bytes = bytes;
        FilePath = filePath;
    }

    /// <summary>The file's address.</summary>
    public string Url { get; }

    /// <summary>The entity tag with its quotes; null sends none. Default: <c>"v1"</c>.</summary>
    public string? ETag { get; set; } = "\"v1\"";

    /// <summary>The time the file says it was last changed; null sends none.</summary>
    public DateTimeOffset? LastModified { get; set; }

    /// <summary>Answers Range requests with 206; false answers each with the whole file. Default: true.</summary>
    public bool SupportsRanges { get; set; } = true;

    /// <summary>Answers with this status and no file; null (the default) serves the file.</summary>
    public int? Status { get; set; }

    /// <summary>The value of a Retry-After header on failures, in seconds; null sends none.</summary>
    public int? RetryAfterSeconds { get; set; }

    /// <summary>Redirects every request here (302), with these very characters; null (the default) serves the file. A file redirected to itself is a loop.</summary>
    public string? RedirectTo { get; set; }

    /// <summary>Closes the connection after this many body bytes of a response; null (the default) sends all.</summary>
    public long? TruncateAfterBytes { get; set; }

    /// <summary>Sends nothing more after this many body bytes of a response and keeps the connection open; null (the default) does not stall.</summary>
    public long? StallAfterBytes { get; set; }

    /// <summary>The Content-Length sent instead of the true one; null (the default) sends the true one.</summary>
    public long? ContentLength { get; set; }

    /// <summary>Sends the body in chunks, without a Content-Length. Default: false.</summary>
    public bool Chunked { get; set; }

    /// <summary>The most body bytes a second on each connection; null (the default) does not throttle.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>The status of HEAD requests; null (the default) answers them as GET without a body.</summary>
    public int? HeadStatus { get; set; }

    /// <summary>The Content-Length that HEAD tells instead of the true one; null (the default) tells the true one.</summary>
    public long? HeadLength { get; set; }

    /// <summary>The status of requests with a Range; null (the default) serves them.</summary>
    public int? RangeStatus { get; set; }

    /// <summary>The most bytes of a 206, which is then shorter than asked; null (the default) sends all.</summary>
    public long? MaximumRangeBytes { get; set; }

    /// <summary>How many requests are served at once; the others get <see cref="BusyStatus"/>. Null (the default) serves all.</summary>
    public int? MaximumAtOnce { get; set; }

    /// <summary>What a request too many gets. Default: 503.</summary>
    public int BusyStatus { get; set; } = 503;

    /// <summary>The most requests that were served at once so far.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The entity tag of one answer, as several back ends have different ones; null (the default) sends <see cref="ETag"/>.</summary>
    public Func<FileRequest, string?>? ETagOf { get; set; }

    /// <summary>Answers a request that carries If-Range with another ETag as if the tag had matched, as a broken server does. Default: false.</summary>
    public bool IgnoresIfRange { get; set; }

    /// <summary>Called when a request begins, before it is answered: where a test changes the file between two ranges.</summary>
    public Action<FileRequest>? OnRequest { get; set; }

    /// <summary>The requests so far, oldest first.</summary>
    public IReadOnlyList<FileRequest> Requests => [.. requests];

    /// <summary>The number of requests so far.</summary>
    public int RequestCount => requests.Count;

    /// <summary>The body bytes sent so far, over all requests.</summary>
    public long BytesSent => Interlocked.Read(ref bytesSent);

    internal byte[]? Bytes { get; private set; }

    internal string? FilePath { get; private set; }

    /// <summary>Answers the next <paramref name="count"/> requests with a status such as 503, then serves the file again.</summary>
    public void FailNext(int count, int status = 503)
    {
        failureStatus = status;
        Volatile.Write(ref failuresLeft, count);
    }

    /// <summary>Replaces the content and the ETag, as a publisher does.</summary>
    public void Replace(byte[] content, string etag)
    {
        Bytes = content;
        FilePath = null;
        ETag = etag;
    }

    /// <summary>Counts a request; the status of one that is refused. Every call is followed by one of <see cref="EndRequest"/>.</summary>
    internal int? BeginRequest(FileRequest request)
    {
        requests.Enqueue(request);
        OnRequest?.Invoke(request);
        int now = Interlocked.Increment(ref atOnce);
        if (now > MaximumAtOnce)
            return BusyStatus;
        MostAtOnce = Math.Max(MostAtOnce, now);
        if (Volatile.Read(ref failuresLeft) > 0 && Interlocked.Decrement(ref failuresLeft) >= 0)
            return failureStatus;
        return request.Method == "HEAD" && HeadStatus is not null ? HeadStatus : request.Range is not null && RangeStatus is not null ? RangeStatus : Status;
    }

    internal void EndRequest() => Interlocked.Decrement(ref atOnce);

    internal void CountSent(int count) => Interlocked.Add(ref bytesSent, count);

    internal Stream OpenContent() =>
        Bytes is { } bytes ? new MemoryStream(bytes, writable: false) : new FileStream(FilePath!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}
