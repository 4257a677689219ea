using System.Net;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Http;

/// <summary>
/// Images over HTTP and HTTPS (RFC 9110). Every request goes through <see cref="RedirectFollower"/>; what this class adds is the
/// meaning of ranges and validators.
/// </summary>
internal sealed class HttpImageSource(RedirectFollower requests, TimeProvider time, HttpImageSourceOptions options) : IImageSource
{
    public IReadOnlyList<string> Serves { get; } = options.Serves.Count > 0 ? [.. options.Serves] : ["http://", "https://"];

    public static HttpImageSource Open(ProviderContext context, HttpImageSourceOptions options)
    {
        var logger = context.LoggerFactory.CreateLogger<HttpImageSource>();
        return new HttpImageSource(new RedirectFollower(options, context.Secrets, context.TimeProvider, logger), context.TimeProvider, options);
    }

    public T? GetCapability<T>() where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    // What HEAD says is a hint and no more: its length may be another's, or the method be refused. The first byte's range tells the whole
    // length, and that ranges work; where ranges are refused the plain question decides.
    public async Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using (var first = await requests.SendAsync(
            HttpMethod.Get, request.Location, request.Trust, static message => message.Headers.Range = new(0, 0), cancellationToken).ConfigureAwait(false))
        {
            var response = first.Response;
            var range = response.Content.Headers.ContentRange;
            switch (response.StatusCode)
            {
                case HttpStatusCode.PartialContent when range is { Unit: "bytes", From: 0 }:
                    return Describe(first, range.Length, range.Length is not null);
                // Nothing is at offset 0 of an empty file.
                case HttpStatusCode.RequestedRangeNotSatisfiable when range?.Length == 0:
                    return Describe(first, 0, false);
                case HttpStatusCode.OK:
                    return Describe(first, response.Content.Headers.ContentLength, false);
                case HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired:
                    throw HttpFailures.FromStatus(first, time);
            }

            if (HttpFailures.FromStatus(first, time) is { IsTransient: true } passing) throw passing;
        }

        using var whole = await requests.SendAsync(HttpMethod.Get, request.Location, request.Trust, prepare: null, cancellationToken).ConfigureAwait(false);
        return whole.Response.StatusCode == HttpStatusCode.OK
            ? Describe(whole, whole.Response.Content.Headers.ContentLength, false)
            : throw HttpFailures.FromStatus(whole, time);
    }

    public async Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Offset < 0 || request.LengthBytes is <= 0)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"{request.LengthBytes} bytes from {request.Offset} are no range.", "A range has at least one byte, from offset 0 on.", nameof(request.Offset));
        }

        var first = await AskAsync(request, isContinuation: false, cancellationToken).ConfigureAwait(false);
        return new HttpImageStream(request, first, (rest, token) => AskAsync(rest, isContinuation: true, token), options.ReadTimeout, time);
    }

    private async Task<HttpBody> AskAsync(ImageRangeRequest request, bool isContinuation, CancellationToken cancellationToken)
    {
        var isRange = request.Offset > 0 || request.LengthBytes is not null;
        var answer = await requests.SendAsync(HttpMethod.Get, request.Location, request.Trust, isRange ? Prepare : null, cancellationToken).ConfigureAwait(false);
        try
        {
            var range = RangeAnswer.Check(request, isRange, isContinuation, answer, time);
            return new HttpBody(answer, await answer.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), range);
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        void Prepare(HttpRequestMessage message)
        {
            message.Headers.Range = new(request.Offset, request.LengthBytes is { } length ? request.Offset + length - 1 : null);
            if (request.Validator is { } validator && HttpValidator.IsStrong(validator)) message.Headers.TryAddWithoutValidation("If-Range", validator);
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
