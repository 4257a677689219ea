// Imports one image with the engine's own code and nothing around it: the side of LimiQuantix in ./bench.sh import, and the
// process that the tests kill in the middle of a download.
//   LimiQuantix.ImportPeer URL DIGEST|- LIBRARY [CHUNK-BYTES [PARALLELISM]]
using System.Globalization;
using LimiQuantix;
using LimiQuantix.Images;
using LimiQuantix.Images.Decompression;
using LimiQuantix.Images.Download;
using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.ImportPeer;
using LimiQuantix.Nodes;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging.Abstractions;

if (args.Length is < 3 or > 5)
{
    await Console.Error.WriteLineAsync("LimiQuantix.ImportPeer URL DIGEST|- LIBRARY [CHUNK-BYTES [PARALLELISM]]");
    return 2;
}

var directory = Path.GetFullPath(args[2]);
var options = new ImageLibraryOptions { LibraryDirectory = directory };
if (args.Length > 3) options.ChunkBytes = int.Parse(args[3], CultureInfo.InvariantCulture);
if (args.Length > 4) options.Parallelism = int.Parse(args[4], CultureInfo.InvariantCulture);
var installation = new Guid("0192f0c1-7d3a-7c8e-9a1b-000000000002");
var environment = new ProviderEnvironment
{
    GetInstallationIdAsync = _ => ValueTask.FromResult(installation),
    NodeId = NodeId.Local,
    LoggerFactory = NullLoggerFactory.Instance,
    TimeProvider = TimeProvider.System,
    CreateHttpClient = _ => throw new NotSupportedException(),
    Secrets = new NoSecrets(),
    DataDirectory = Path.Combine(directory, "data"),
    RuntimeDirectory = Path.Combine(directory, "run"),
};
var builder = new LimiQuantixBuilder();
builder.AddHttpImages();
var configuration = builder.Build();
var catalog = PluginCatalog.Load(configuration, NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System);
await using var instances = new ProviderInstances(configuration, catalog, environment);
var library = new ImageLibrary(directory);
library.Open(installation);
var sources = new ImageSources(instances, NodeId.Local, NullLogger<ImageSources>.Instance);
var downloader = new ImageDownloader(sources, library, options, TimeProvider.System, NullLogger<ImageDownloader>.Instance);
var preparation = new ImagePreparation(downloader, new ImageDecompressor(library, options, TimeProvider.System), library);
var request = new DownloadRequest
{
    Trust = LocationTrust.Trusted,
    // One image, always the same: the next process goes on with what this one leaves.
    ImageId = installation,
    Locations = [Locations.Parse(args[0])],
    ExpectedDigest = args[1] == "-" ? null : ImageDigest.Parse(args[1]),
};
try
{
    var prepared = await preparation.PrepareAsync(request, _ => { }, CancellationToken.None);
    library.Commit(prepared.Path, prepared.Image.Digest, prepared.Image.Format);
    library.DeletePartials(installation);
    Console.WriteLine(prepared.Image.Digest);
    return 0;
}
catch (LimiQuantixException error)
{
    await Console.Error.WriteLineAsync($"{error.Code}: {error.Message}");
    return 1;
}
