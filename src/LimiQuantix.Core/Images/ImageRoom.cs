using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Import;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Jobs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Images;

/// <summary>The parts that make images of what the image store fetches, put together.</summary>
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
        ImageStores stores,
        ImageSources sources,
        ProviderJobRunner runner,
        ProviderEnvironment environment,
        ImageLibraryOptions options,
        Access access,
        Admission admission,
        UnreadableDocuments? unreadable = null)
    {
        _queue = queue;
        var time = environment.TimeProvider;
        _parts = new FacadeParts(state, access, admission, queue, time);
        var loggers = environment.LoggerFactory;
        Images = ImageTable.Create(state, unreadable);
        Statuses = new ImageStatusKeeper(
            Images, new StatusTable<ImageStatusDocument>(state, "images"), stores, time, loggers.CreateLogger<ImageStatusKeeper>());
        Collector = new ImageCollector(Images, stores, loggers.CreateLogger<ImageCollector>());
        _catalog = ImageCatalog.Create(options);
        _imports = new ImageImports(Images, queue, operations, _catalog, sources, stores, time);
        var checksums = new ChecksumLookup(sources, options, time, loggers.CreateLogger<ChecksumLookup>());
        var fetch = new ImageFetch(stores, runner, environment.GetInstallationIdAsync);
        ImportKind = new ImageImportKind(Images, fetch, checksums, new SharedImports(), stores, Collector, Statuses, time);
    }

    /// <summary>The stored images of all projects.</summary>
    public ResourceTable<ImageDocument> Images { get; }

    /// <summary>How imports go, for the operations engine.</summary>
    public ImageImportKind ImportKind { get; }

    /// <summary>What is seen of the images; a service for the operations engine.</summary>
    public ImageStatusKeeper Statuses { get; }

    /// <summary>The service for the operations engine.</summary>
    public ImageCollector Collector { get; }

    /// <summary>The images as a caller sees them.</summary>
    public IImages For(Caller caller) => new ImagesFacade(_parts, Images, _imports, _catalog, Statuses, _queue, caller);
}
