using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Http;

/// <summary>
/// Sends a request and follows redirects itself (RFC 9110 §15.4): at most so many, never in a circle, never from https to http,
/// credentials only to the host that they are for.
/// </summary>
/// <remarks>
/// It has its own handler and not one of the host's: those follow redirects by themselves, and what connects must be able to look at
/// the address. The runtime's own HTTP metrics and traces cover this handler too.
/// </remarks>
internal sealed partial class RedirectFollower : IDisposable
{
    private readonly HttpImageSourceOptions options;
    private readonly ISecretResolver secrets;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly HttpMessageInvoker trusted;
    private readonly HttpMessageInvoker untrusted;

    public RedirectFollower(HttpImageSourceOptions options, ISecretResolver secrets, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.secrets = secrets;
        this.time = time;
        this.logger = logger;
        // Two, because a connection that was made for one kind of caller is kept and used again.
        untrusted = new HttpMessageInvoker(CreateHandler(options, isTrusted: false));
        trusted = new HttpMessageInvoker(CreateHandler(options, options.AllowPrivateAddresses));
    }

    private static SocketsHttpHandler CreateHandler(HttpImageSourceOptions options, bool isTrusted)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // A digest is over the bytes as they are stored.
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            MaxResponseDrainSize = 64 * 1024,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
            // Each byte as a character: the bytes are what the server signed.
            ResponseHeaderEncodingSelector = static (name, _) => name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null,
            // A proxy connects in our place, and would look at nothing.
            UseProxy = isTrusted,
            Proxy = options.Proxy is { } proxy ? new WebProxy(proxy) : null,
        };
        if (!isTrusted) handler.ConnectCallback = ConnectPubliclyAsync;
        return handler;
    }

    private static async ValueTask<Stream> ConnectPubliclyAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await PublicAddresses.ResolveAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends until an answer is no redirect. The caller disposes the answer.</summary>
    /// <exception cref="LimiQuantixException">No answer, or a redirect that is not followed.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, string location, LocationTrust trust, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var address = HttpAddress.ToSend(location);
        while (true)
        {
            seen.Add(location);
            var response = await SendOnceAsync(method, location, address, trust == LocationTrust.Trusted, prepare, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response)) return new HttpAnswer(response, location, seen.Count > 1);
            using (response)
            {
                (location, address) = Follow(location, address, response, seen);
            }
        }
    }

    public void Dispose()
    {
        trusted.Dispose();
        untrusted.Dispose();
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, string location, Uri address, bool isTrusted, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        // HTTP/1.1: parallel ranges are to use connections of their own, not one connection's window.
        using var request = new HttpRequestMessage(method, address) { Version = HttpVersion.Version11 };
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        // The credentials are the host's: nobody makes use of them by naming an address.
        if (isTrusted && options.Credentials.TryGetValue(address.Host, out var secret) && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback))
        {
            request.Headers.TryAddWithoutValidation(
                "Authorization", await secrets.ResolveAsync(secret, cancellationToken).ConfigureAwait(false));
        }

        prepare?.Invoke(request);
        using var deadline = new CancellationTokenSource(options.ConnectTimeout + options.ResponseTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var response = await (isTrusted ? trusted : untrusted).SendAsync(request, both.Token).ConfigureAwait(false);
            LogAnswer(method.Method, ImageLocation.Redact(location), (int)response.StatusCode);
            return response;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.Unanswered(location, error);
        }
        catch (HttpRequestException error)
        {
            throw HttpFailures.FromException(error, location);
        }
    }

    private (string Location, Uri Address) Follow(string from, Uri address, HttpResponseMessage response, HashSet<string> seen)
    {
        // The text as it came: read as an address it would be rewritten.
        if (!response.Headers.NonValidated.TryGetValues("Location", out var targets) || targets.ToString().Trim().Length == 0)
            throw Refused(from, "redirects without saying where to");
        if (targets.Distinct(StringComparer.Ordinal).Count() > 1) throw Refused(from, "redirects to several places at once");
        var to = HttpAddress.Follow(from, targets.First());
        var next = HttpAddress.ToSend(to);
        if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) throw Refused(from, "redirects from https to http");
        if (seen.Contains(to)) throw Refused(from, "redirects in a circle");
        if (seen.Count > options.MaximumRedirects) throw Refused(from, $"redirects more than {options.MaximumRedirects} times");
        LogRedirect(ImageLocation.Redact(from), ImageLocation.Redact(to));
        return (to, next);
    }

    private static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static LimiQuantixException Refused(string location, string what) => new(
        ErrorCodes.SourceFailed, $"The server {what}.", "Give the image's final address.", ImageLocation.Redact(location));

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Location}: {Status}")]
    private partial void LogAnswer(string method, string location, int status);

    [LoggerMessage(2, LogLevel.Debug, "{Location} redirects to {Target}")]
    private partial void LogRedirect(string location, string target);
}
