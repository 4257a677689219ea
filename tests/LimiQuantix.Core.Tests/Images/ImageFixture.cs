using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Images;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Jobs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Core.Tests.State;
using LimiQuantix.Core.Tests.Walls;
using LimiQuantix.Images;
using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>An engine with images only: state in memory, the real HTTP plugin, a library in a folder of its own.</summary>
internal sealed class ImageFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProviderInstances _instances;
    private readonly DecoratedStateStore _state;
    private readonly OperationEngine _engine;

    private ImageFixture(ImageFixture? former, Action<ImageLibraryOptions>? configure, Access? access, TimeSpan? readTimeout = null, Action<LimiQuantixBuilder>? build = null)
    {
        _state = former?._state ?? new DecoratedStateStore(new InMemoryStateStore(TimeProvider.System));
        Options = new ImageLibraryOptions
        {
            LibraryDirectory = former?.Options.LibraryDirectory ?? _folder.Combine("library"),
            ChunkBytes = 64 << 10,
            ReservedFreeBytes = 0,
            RetryDelay = TimeSpan.FromMilliseconds(10),
        };
        configure?.Invoke(Options);
        Assert.That(Options.Validate(), Is.Empty);
        var builder = new LimiQuantixBuilder();
        builder.AddHttpImages(http =>
        {
            // Long: a busy machine is no stalled server.
            http.ConnectTimeout = TimeSpan.FromMinutes(1);
            http.ResponseTimeout = TimeSpan.FromMinutes(1);
            http.ReadTimeout = readTimeout ?? TimeSpan.FromMinutes(1);
        });
        build?.Invoke(builder);
        ImageSources? sources = null;
        builder.AddPlugin(new CorePlugin()).AddInstance<ImageLibraryOptions>(CoreKinds.Library, CoreKinds.LibraryInstance, options =>
        {
            Options.CopyTo(options);
            StoreOptions = options;
            options.GetSources = () => sources!;
        });
        _instances = TestEnvironment.Open(builder, _folder.Path);
        var environment = TestEnvironment.Create(_folder.Path);
        sources = new ImageSources(_instances, environment.NodeId, NullLogger<ImageSources>.Instance);
        Stores = new ImageStores(_instances, environment, new EngineRetry(TimeProvider.System));
        Library = new ImageLibrary(Options.LibraryDirectory);
        Operations = new OperationStore(_state, TimeProvider.System);
        var queue = new OperationQueue(_state, Operations, TimeProvider.System);
        Services = new ImageRoom(
            _state,
            queue,
            Operations,
            Stores,
            sources,
            new ProviderJobRunner(Microsoft.Extensions.Options.Options.Create(new LimiQuantixOptions()), TimeProvider.System, NullLogger<ProviderJobRunner>.Instance),
            environment,
            Options,
            access ?? new Access(new AskedAuthorizer()),
            new Admission(new Reservations(_state)));
        var engineOptions = new OperationEngineOptions { ProgressInterval = TimeSpan.FromMilliseconds(20) };
        _engine = new OperationEngine(
            _state,
            Operations,
            new EngineLease(_state, engineOptions, TimeProvider.System, NullLogger<EngineLease>.Instance),
            [Services.ImportKind],
            [Services.Collector, Services.Statuses],
            [],
            engineOptions,
            TimeProvider.System,
            NullLogger<OperationEngine>.Instance);
    }

    public ImageLibraryOptions Options { get; }

    /// <summary>The image store's own; a change counts at once.</summary>
    public ImageLibraryOptions StoreOptions { get; private set; } = null!;

    public DecoratedStateStore State => _state;

    public ImageRoom Services { get; }

    /// <summary>The folder of the image store.</summary>
    public ImageLibrary Library { get; }

    public ImageStores Stores { get; }

    public OperationStore Operations { get; }

    public IImages Images => Services.For(Caller.Host);

    public static async Task<ImageFixture> StartAsync(
        Action<ImageLibraryOptions>? configure = null, Access? access = null, TimeSpan? readTimeout = null, Action<LimiQuantixBuilder>? build = null)
    {
        var fixture = new ImageFixture(null, configure, access, readTimeout, build);
        await fixture._engine.StartAsync(CancellationToken.None);
        return fixture;
    }

    /// <summary>Another process of the same installation: the same state and library.</summary>
    public async Task<ImageFixture> StartAnotherAsync()
    {
        var another = new ImageFixture(this, options => options.ChunkBytes = Options.ChunkBytes, null);
        await another._engine.StartAsync(CancellationToken.None);
        return another;
    }

    /// <summary>Closes an instance, as an operator does.</summary>
    public Task CloseAsync<TProvider>(string name) where TProvider : class, IProvider =>
        _instances.CloseAsync(_instances.All<TProvider>().First(instance => instance.Name == name), isClosed: true);

    /// <summary>Ends an instance, which is opened again at its next use.</summary>
    public async Task ReopenAsync<TProvider>(string name) where TProvider : class, IProvider
    {
        var info = _instances.All<TProvider>().First(instance => instance.Name == name);
        await _instances.CloseAsync(info, isClosed: true);
        await _instances.CloseAsync(info, isClosed: false);
    }

    /// <summary>Stops the engine as a host does that shuts down: operations stay as they are.</summary>
    public Task StopAsync() => _engine.StopAsync(CancellationToken.None);

    /// <summary>
    /// The files of the library, without the folders' names and without the mark of the installation, which the engine writes
    /// after its start and by way of a draft beside it.
    /// </summary>
    public IReadOnlyList<string> Files() => Directory.Exists(Options.LibraryDirectory)
        ? [.. Directory.EnumerateFiles(Options.LibraryDirectory, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith("installation", StringComparison.Ordinal))]
        : [];

    public string PathOf(Image image) => Library.PathOf(image.Status.Digest!, image.Status.Format);

    public async Task<Image> ImportAsync(ImageImport import) => await (await Images.ImportAsync(import)).CompletedAsync();

    /// <summary>Imports and gives the error that the operation ended with.</summary>
    public async Task<LimiQuantixError> FailAsync(ImageImport import)
    {
        var handle = await Images.ImportAsync(import);
        return (await Assert.ThrowsAsync<LimiQuantixException>(() => handle.CompletedAsync()))!.Error;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _instances.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
