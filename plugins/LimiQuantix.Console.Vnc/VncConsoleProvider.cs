using LimiQuantix.Consoles;
using LimiQuantix.Plugins;
using LimiQuantix.Rfb;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Console.Vnc;

/// <summary>
/// Machines' screens over RFB. It logs on to the machine's server itself, so that no person needs the server's password, and greets
/// the person's viewer as a server without one.
/// </summary>
internal sealed class VncConsoleProvider(VncConsoleOptions options, ISecretResolver secrets, TimeProvider time, ILogger logger) : IConsoleProvider, IScreenshotCapture
{
    public ConsoleKind Kind => ConsoleKind.Vnc;

    public static VncConsoleProvider Open(ProviderContext context, VncConsoleOptions options) =>
        new(options, context.Secrets, context.TimeProvider, context.LoggerFactory.CreateLogger<VncConsoleProvider>());

    public T? GetCapability<T>() where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public async Task<ConsoleUpstream> OpenAsync(OpenConsoleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var stream = request.Stream;
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            var version = await RfbAuthentication.AuthenticateAsync(stream, await ClientOptionsAsync(request.Credentials, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            VncLog.Opened(logger, version, request.Access);
            // Logged on: the server waits for the viewer's ClientInit, which the filter makes of what the viewer sends.
            return ConsoleUpstream.Over(stream, new VncInputFilter(request.Access), VncGreeting.ToViewer);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (e is RfbException failure) throw VncFailures.From(failure);
            throw;
        }
    }

    public async Task<Screenshot> CaptureAsync(CaptureScreenRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var stream = request.Stream;
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                var client = await RfbClient.ConnectAsync(stream, await ClientOptionsAsync(request.Credentials, cancellationToken).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                await using (client.ConfigureAwait(false))
                {
                    var picture = await client.CaptureAsync(cancellationToken).ConfigureAwait(false);
                    var capturedAt = time.GetUtcNow();
                    VncLog.Captured(logger, picture.Width, picture.Height);
                    return new Screenshot { Png = PngWriter.ToArray(picture), Width = picture.Width, Height = picture.Height, CapturedAt = capturedAt };
                }
            }
        }
        catch (RfbException failure)
        {
            throw VncFailures.From(failure);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<RfbClientOptions> ClientOptionsAsync(ConsoleCredentials? credentials, CancellationToken ct) => new()
    {
        // The machine's own before what is configured for all of them.
        UserName = credentials?.UserName,
        Password = credentials?.Password ?? (options.Password is { } reference ? await secrets.ResolveAsync(reference, ct).ConfigureAwait(false) : null),
        HandshakeTimeout = options.HandshakeTimeout,
        IoTimeout = options.CaptureTimeout,
        CaptureTimeout = options.CaptureTimeout,
        Limits = new RfbLimits { MaxFramebufferBytes = options.MaximumScreenBytes },
        TimeProvider = time,
    };
}
