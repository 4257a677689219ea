using System.Globalization;
using System.Net;
using System.Security.Authentication;

namespace LimiQuantix.Images.Http;

/// <summary>Turns what HTTP can go wrong with into the contract's errors.</summary>
internal static class HttpFailures
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    public static LimiQuantixException FromStatus(HttpAnswer answer, TimeProvider time)
    {
        var (response, location, isRedirected) = answer;
        var status = (int)response.StatusCode;
        var (code, transient) = response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => (ErrorCodes.NotFound, false),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired => (ErrorCodes.PermissionDenied, false),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => (ErrorCodes.Unavailable, true),
            _ when status >= 500 => (ErrorCodes.Unavailable, response.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported)),
            _ => (ErrorCodes.SourceFailed, false),
        };
        return new LimiQuantixException(new LimiQuantixError
        {
            Code = code,
            Message = string.Create(CultureInfo.InvariantCulture, $"The server answered {status} {response.ReasonPhrase}."),
            Remedy = code switch
            {
                ErrorCodes.NotFound => "Check the address: publishers remove old images after some months.",
                ErrorCodes.PermissionDenied => Remedy(response.StatusCode, location, isRedirected),
                _ => null,
            },
            Target = ImageLocation.Redact(location),
            IsTransient = transient,
            RetryAfter = transient ? RetryAfter(response, time) : null,
        });
    }

    // Credentials of ours go to no address that a server chose, nor to one that brings its own.
    private static string Remedy(HttpStatusCode status, string location, bool isRedirected) =>
        status == HttpStatusCode.ProxyAuthenticationRequired ? "Give the proxy's user name and password in the options of the http image source."
        : isRedirected ? "The server sends to this address; what it signed may have expired. Try again, or give another address."
        : status == HttpStatusCode.Forbidden && ImageLocation.TryParse(location, out var parts) && parts.Query.Length > 0 ? "The address carries its own permission, which may have expired: obtain a new address."
        : "Set the host's Credentials in the options of the http image source.";

    public static LimiQuantixException FromException(Exception error, string location)
    {
        var parts = ImageLocation.Parse(location);
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is LimiQuantixException known) return known;
            if (cause is AuthenticationException tls)
            {
                return new LimiQuantixException(
                    ErrorCodes.SourceFailed,
                    $"No secure connection to {parts.Host}: {tls.Message}",
                    "Trust the certificate's issuer in the system's store, or mend the server's certificate.",
                    ImageLocation.Redact(location),
                    innerException: error);
            }
        }

        return (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => Failure(ErrorCodes.Unavailable, $"The secure connection to {parts.Host} failed: {error.Message}", true),
            HttpRequestError.NameResolutionError => Failure(ErrorCodes.Unavailable, $"The name {parts.Host} could not be resolved.", true),
            HttpRequestError.ConnectionError => Failure(ErrorCodes.Unavailable, $"No connection to {parts.Authority}: {error.Message}", true),
            HttpRequestError.ProxyTunnelError => Failure(ErrorCodes.Unavailable, $"The proxy did not connect to {parts.Authority}: {error.Message}", true),
            HttpRequestError.ResponseEnded => Failure(ErrorCodes.SourceFailed, "The server closed the connection before it answered.", true),
            _ => Failure(ErrorCodes.SourceFailed, $"The request failed: {error.Message}", error is HttpRequestException { InnerException: IOException }),
        };

        LimiQuantixException Failure(string code, string message, bool transient) =>
            new(code, message, "Check the address, the network and the proxy.", ImageLocation.Redact(location), transient, error);
    }

    public static LimiQuantixException Unanswered(string location, Exception? error) => new(
        ErrorCodes.Timeout,
        error?.InnerException is TimeoutException ? $"No connection to {ImageLocation.Parse(location).Authority} in time." : $"{ImageLocation.Parse(location).Authority} did not answer in time.",
        "Check the network; ConnectTimeout and ResponseTimeout are options of the http image source.",
        ImageLocation.Redact(location),
        isTransient: true,
        error);

    public static LimiQuantixException Stalled(string location, TimeSpan timeout, long received) => new(
        ErrorCodes.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"The server sent nothing for {timeout.TotalSeconds:0.#} s after {received} bytes."),
        "Check the network; ReadTimeout is an option of the http image source.",
        ImageLocation.Redact(location),
        isTransient: true);

    public static LimiQuantixException Changed(string location, string? what = null) => new(
        ErrorCodes.Conflict,
        $"The file on the server is no longer the one that the download began with{what}.",
        "Begin the download again.",
        ImageLocation.Redact(location));

    public static LimiQuantixException Unusable(string location, string what) => new(
        ErrorCodes.SourceFailed, $"The server {what}.", "Try another mirror.", ImageLocation.Redact(location));

    public static LimiQuantixException Truncated(string location, long received, long? length, Exception? error) => new(
        ErrorCodes.SourceFailed,
        string.Create(CultureInfo.InvariantCulture, $"The server ended the transfer after {received} of {(length is null ? "an unknown number of" : length)} bytes."),
        target: ImageLocation.Redact(location),
        isTransient: true,
        innerException: error);

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, LongestRetryAfter.Ticks));
    }
}
