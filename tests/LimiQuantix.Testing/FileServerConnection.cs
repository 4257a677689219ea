using System.Globalization;
using System.Text;

namespace LimiQuantix.Testing;

/// <summary>One client's connection to a <see cref="FileServer"/>: requests are answered in turn until one side closes.</summary>
internal sealed class FileServerConnection(Stream stream, Func<string, ServedFile?> findFile)
{
    private const int MaximumHeaderBytes = 32 * 1024;
    private readonly byte[] buffer = new byte[64 * 1024];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await ReadRequestAsync(cancellationToken) is { } request && await AnswerAsync(request, cancellationToken))
        {
        }
    }

    private async Task<FileRequest?> ReadRequestAsync(CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        // Byte by byte: a request is short, and nothing of the next one may be taken.
        while (!EndsWithBlankLine(head))
        {
            if (head.Length > MaximumHeaderBytes || await stream.ReadAsync(one, cancellationToken) == 0)
                return null;
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new FileRequest { Method = first[0], Target = first[1], Headers = headers };
    }

    /// <summary>Answers one request; false when the connection must close.</summary>
    private async Task<bool> AnswerAsync(FileRequest request, CancellationToken cancellationToken)
    {
        if (findFile(request.Target) is not { } file)
            return await SendHeadAsync("404 Not Found", "Content-Length: 0\r\n", cancellationToken);
        try
        {
            return await AnswerAsync(request, file, file.BeginRequest(request), cancellationToken);
        }
        finally
        {
            file.EndRequest();
        }
    }

    private async Task<bool> AnswerAsync(FileRequest request, ServedFile file, int? refusal, CancellationToken cancellationToken)
    {
        if (refusal is { } status)
        {
            string retry = file.RetryAfterSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {seconds}\r\n") : "";
            return await SendHeadAsync($"{status} Refused", retry + "Content-Length: 0\r\n", cancellationToken);
        }

        if (file.RedirectTo is { } target)
            return await SendHeadAsync("302 Found", $"Location: {target}\r\nContent-Length: 0\r\n", cancellationToken);
        await using Stream content = file.OpenContent();
        return await SendFileAsync(request, file, content, cancellationToken);
    }

    private async Task<bool> SendFileAsync(FileRequest request, ServedFile file, Stream content, CancellationToken cancellationToken)
    {
        long total = content.Length;
        string? tag = file.ETagOf is { } tagOf ? tagOf(request) : file.ETag;
        (long first, long last)? range = file.SupportsRanges && IfRangeHolds(request, file, tag) ? request.GetRange(total) : null;
        if (range is { } asked && asked.first >= total)
            return await SendHeadAsync("416 Range Not Satisfiable", $"Content-Range: bytes */{total}\r\nContent-Length: 0\r\n", cancellationToken);

        (long start, long end) = range ?? (0, total - 1);
        if (range is not null && file.MaximumRangeBytes is { } most)
            end = Math.Min(end, start + most - 1);
        long length = end - start + 1;
        var headers = new StringBuilder("Content-Type: application/octet-stream\r\n");
        if (file.SupportsRanges)
            headers.Append("Accept-Ranges: bytes\r\n");
        if (tag is { } etag)
            headers.Append(CultureInfo.InvariantCulture, $"ETag: {etag}\r\n");
        if (file.LastModified is { } changed)
            headers.Append(CultureInfo.InvariantCulture, $"Last-Modified: {changed.ToUniversalTime():R}\r\n");
        if (range is not null)
            headers.Append(CultureInfo.InvariantCulture, $"Content-Range: bytes {start}-{end}/{total}\r\n");
        if (file.Chunked)
            headers.Append("Transfer-Encoding: chunked\r\n");
        else
            headers.Append(CultureInfo.InvariantCulture, $"Content-Length: {(request.Method == "HEAD" ? file.HeadLength : null) ?? file.ContentLength ?? length}\r\n");
        await SendHeadAsync(range is null ? "200 OK" : "206 Partial Content", headers.ToString(), cancellationToken);
        if (request.Method == "HEAD")
            return true;

        content.Position = start;
        bool whole = await SendBodyAsync(file, content, length, cancellationToken);
        if (whole && file.Chunked)
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
        // A wrong length leaves the client waiting, or reading the next head as body: the connection is spent.
        return whole && file.ContentLength is null;
    }

    private async Task<bool> SendBodyAsync(ServedFile file, Stream content, long length, CancellationToken cancellationToken)
    {
        int blockSize = file.BytesPerSecond is { } rate ? Math.Clamp(rate / 20, 1, buffer.Length) : buffer.Length;
        for (long sent = 0; sent < length;)
        {
            long limit = Math.Min(file.TruncateAfterBytes ?? long.MaxValue, file.StallAfterBytes ?? long.MaxValue);
            if (sent >= limit)
            {
                if (file.StallAfterBytes <= sent)
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                return false;
            }

            int wanted = (int)Math.Min(blockSize, Math.Min(length, limit) - sent);
            int read = await content.ReadAsync(buffer.AsMemory(0, wanted), cancellationToken);
            if (read == 0)
                return false;
            if (file.Chunked)
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{read:x}\r\n"), cancellationToken);
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (file.Chunked)
                await stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            sent += read;
            file.CountSent(read);
            if (file.BytesPerSecond is { } speed)
                await Task.Delay(TimeSpan.FromSeconds((double)read / speed), cancellationToken);
        }

        return true;
    }

    private static bool EndsWithBlankLine(StringBuilder head) => head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n";

    private static bool IfRangeHolds(FileRequest request, ServedFile file, string? tag) =>
        file.IgnoresIfRange || !request.Headers.TryGetValue("If-Range", out string? asked) || asked == tag
        || (file.LastModified is { } changed && asked == changed.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture));

    private async Task<bool> SendHeadAsync(string status, string headers, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\n{headers}\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return true;
    }
}
