using LimiQuantix.Images;

namespace QuickStart;

/// <summary>Where the image comes from: what the user said, else the catalogue, else the local tiny image without the Internet.</summary>
internal sealed class ImageOrigin : IAsyncDisposable
{
    private const string CatalogId = "debian-13";
    private LocalImageServer? _server;

    public required string Description { get; init; }

    public required ImageImport Import { get; init; }

    public static async Task<ImageOrigin> ChooseAsync(string? wanted, IImages images, CancellationToken cancellationToken)
    {
        if (wanted is not null)
        {
            var location = File.Exists(wanted) ? Path.GetFullPath(wanted) : wanted;
            return new ImageOrigin { Description = location, Import = new ImageImport { Location = location } };
        }

        var catalog = await images.ListCatalogAsync(new ImageCatalogQuery { Text = CatalogId }, cancellationToken);
        var entry = catalog.FirstOrDefault(e => e.Id == CatalogId);
        if (entry is not null && await IsReachableAsync(new Uri(entry.Locations[0]), cancellationToken))
            return new ImageOrigin { Description = $"{CatalogId} from the catalogue", Import = new ImageImport { Location = CatalogId } };

        var tiny = Environment.GetEnvironmentVariable("LIMIQUANTIX_TINY_IMAGE");
        if (tiny is null || !File.Exists(tiny))
            throw new IOException("There is no Internet and no tiny image. Run ./quickstart.sh, which builds it, or give --image.");
        var server = await LocalImageServer.StartAsync(tiny, cancellationToken);
        var digest = (await File.ReadAllTextAsync(tiny + ".sha256", cancellationToken)).Split(' ', 2)[0].Trim();
        return new ImageOrigin
        {
            _server = server,
            Description = $"tiny from {server.Location} (no Internet)",
            Import = new ImageImport { Location = server.Location.ToString(), Name = "tiny", ExpectedDigest = ImageDigest.Parse("sha256:" + digest) },
        };
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<bool> IsReachableAsync(Uri location, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, location);
            using var response = await client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
