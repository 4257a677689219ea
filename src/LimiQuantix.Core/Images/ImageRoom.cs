using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Import;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Images.Decompression;
using LimiQuantix.Images.Download;
using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Images;

/// <summary>The parts of the image library, put together.</summary>
internal sealed class ImageRoom
{
    private readonly ImageImports _imports;
    private readonly ImageCatalog _catalog;
    private readonly IOperationQueue _queue;
    private readonly FacadeParts _parts;

    public ImageRoom(
        IStateStore state,
        IOperationQueue queue,
        OperationStore operations,
        ProviderInstances instances,
        ProviderEnvironment environment,
        ImageLibraryOptions options,
        Access access,
        Admission admission,
        UnreadableDocuments? unreadable = null)
    {
        _queue = queue;
        var time = environment.TimeProvider;
        _parts = new FacadeParts(state, access, admission, time);
        var loggers = environment.LoggerFactory;
        var sources = new ImageSources(instances, environment.NodeId, loggers.CreateLogger<ImageSources>());
        Images = ImageTable.Create(state, unreadable);
        Library = new ImageLibrary(options.LibraryDirectory);
        var downloader = new ImageDownloader(sources, Library, options, time, loggers.CreateLogger<ImageDownloader>());
        Collector = new ImageCollector(Images, Library, downloader.Kept, environment.GetInstallationIdAsync, loggers.CreateLogger<ImageCollector>());
        _catalog = ImageCatalog.Create(options);
        _imports = new ImageImports(Images, queue, operations, _catalog, sources, Library, time);
        Preparation = new ImagePreparation(downloader, new ImageDecompressor(Library, options, time), Library);
        var checksums = new ChecksumLookup(sources, options, time, loggers.CreateLogger<ChecksumLookup>());
        ImportKind = new ImageImportKind(
            Images, Preparation, checksums, new SharedImports(), Library, Collector, environment.GetInstallationIdAsync, time);
    }

    /// <summary>The stored images of all projects.</summary>
    public ResourceTable<ImageDocument> Images { get; }

    /// <summary>Where the files are: <see cref="ImageLibrary.PathOf"/> of a ready image.</summary>
    public ImageLibrary Library { get; }

    /// <summary>Download, verify, decompress, inspect.</summary>
    public ImagePreparation Preparation { get; }

    /// <summary>How imports go, for the operations engine.</summary>
    public ImageImportKind ImportKind { get; }

    /// <summary>The service for the operations engine.</summary>
    public ImageCollector Collector { get; }

    /// <summary>The images as a caller sees them.</summary>
    public IImages For(Caller caller) => new ImagesFacade(_parts, Images, _imports, _catalog, Collector, _queue, caller);
}
