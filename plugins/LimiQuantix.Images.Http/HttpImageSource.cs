using System.Net;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Http;

/// <summary>
/// Images over HTTP and HTTPS (RFC 9110). Every request goes through <see cref="RedirectFollower"/>; what this class adds is the
/// meaning of ranges and validators.
/// </summary>
internal sealed class HttpImageSource(RedirectFollower requests, TimeProvider time, TimeSpan readTimeout) : IImageSource
{
    public IReadOnlyList<string> Schemes { get; } = ["http", "https"];

    public static HttpImageSource Open(ProviderContext context, HttpImageSourceOptions options)
    {
        var logger = context.LoggerFactory.CreateLogger<HttpImageSource>();
        return new HttpImageSource(new RedirectFollower(options, context.Secrets, context.TimeProvider, logger), context.TimeProvider, options.ReadTimeout);
    }

    public T? GetCapability<T>() where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public async Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using (var head = await requests.SendAsync(HttpMethod.Head, request.Location, request.Trust, prepare: null, cancellationToken).ConfigureAwait(false))
        {
            var ranges = head.Response.Headers.AcceptRanges;
            if (head.Response.IsSuccessStatusCode && head.Response.Content.Headers.ContentLength is { } length && ranges.Count > 0)
                return Describe(head, length, ranges.Contains("bytes"));
            // Anything but a plain "it is not there" may be the method's fault: signed URLs are signed for GET alone.
            if (head.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.TooManyRequests
                or HttpStatusCode.ServiceUnavailable)
                throw HttpFailures.FromStatus(head.Response, head.Location, time);
        }

        using var get = await requests.SendAsync(
            HttpMethod.Get, request.Location, request.Trust, static message => message.Headers.Range = new(0, 0), cancellationToken).ConfigureAwait(false);
        var response = get.Response;
        var contentRange = response.Content.Headers.ContentRange;
        return response.StatusCode switch
        {
            HttpStatusCode.PartialContent when contentRange is { Unit: "bytes", From: 0 } => Describe(get, contentRange.Length, contentRange.Length is not null),
            // Nothing is at offset 0 of an empty file.
            HttpStatusCode.RequestedRangeNotSatisfiable when contentRange?.Length == 0 => Describe(get, 0, false),
            HttpStatusCode.OK => Describe(get, response.Content.Headers.ContentLength, false),
            _ => throw HttpFailures.FromStatus(response, get.Location, time),
        };
    }

    public async Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Offset < 0 || request.LengthBytes is <= 0)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"{request.LengthBytes} bytes from {request.Offset} are no range.", "A range has at least one byte, from offset 0 on.", nameof(request.Offset));
        }

        var isRange = request.Offset > 0 || request.LengthBytes is not null;
        var answer = await requests.SendAsync(HttpMethod.Get, request.Location, request.Trust, isRange ? Prepare : null, cancellationToken).ConfigureAwait(false);
        try
        {
            var length = RangeAnswer.Check(request, isRange, answer, time);
            var body = await answer.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new HttpImageStream(answer, body, length, readTimeout, time);
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        void Prepare(HttpRequestMessage message)
        {
            message.Headers.Range = new(request.Offset, request.LengthBytes is { } length ? request.Offset + length - 1 : null);
            if (request.Validator is { } validator) message.Headers.TryAddWithoutValidation("If-Range", validator);
        }
    }

    public ValueTask DisposeAsync()
    {
        requests.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ImageSourceInfo Describe(HttpAnswer answer, long? length, bool ranges) => new()
    {
        Location = answer.Location,
        LengthBytes = length,
        SupportsRanges = ranges,
        Validator = HttpValidator.Of(answer.Response),
    };
}
