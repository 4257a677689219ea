using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace QuickStart;

/// <summary>Serves one image file on the loopback, with an ETag and ranges, as a mirror would.</summary>
internal sealed class LocalImageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalImageServer(WebApplication app, Uri location) => (_app, Location) = (app, location);

    public Uri Location { get; }

    public static async Task<LocalImageServer> StartAsync(string path, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // The same address every time, where it is free: an image is known by where it came from.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var file = new FileInfo(path);
        var tag = new EntityTagHeaderValue($"\"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}\"");
        app.MapMethods("/" + file.Name, ["GET", "HEAD"], () => Results.File(
            file.FullName, "application/octet-stream", lastModified: file.LastWriteTimeUtc, entityTag: tag, enableRangeProcessing: true));
        await app.StartAsync(cancellationToken);
        return new LocalImageServer(app, new Uri(app.Urls.First() + "/" + file.Name));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
