using LimiQuantix.Conformance;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Images.Store;
using LimiQuantix.Jobs;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Images.Store;

[TestFixture(false)]
[TestFixture(true)]
public sealed class LocalImageStoreSuite(bool isRemote) : ImageStoreSuite(isRemote)
{
    private ProviderInstances _instances = null!;

    protected override string Missing => Locations.OfPath(Host.Combine("missing"));

    protected override ValueTask<IImageStore> OpenAsync(ProviderContext context)
    {
        _instances ??= TestEnvironment.Open(new LimiQuantixBuilder(), Host.Combine("engine"));
        var options = new ImageLibraryOptions { LibraryDirectory = Host.Combine("library"), ReservedFreeBytes = 0, MaximumRetries = 0, ChunkBytes = 64 << 10 };
        return new(new LocalImageStore(context, options, new ImageSources(_instances, context.NodeId, NullLogger<ImageSources>.Instance)));
    }

    protected override async Task<string> PublishAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(Host.Combine(name), content);
        return Locations.OfPath(Host.Combine(name));
    }

    [Test]
    public async Task File_that_was_written_to_by_hand_is_found_and_taken_out_and_one_that_was_only_touched_stays()
    {
        var disk = NewDisk();
        var import = new ImportToStoreRequest
        {
            Call = ShortCalls.Engine, JobId = Guid.CreateVersion7(), ImportId = Guid.CreateVersion7(), Locations = [await PublishAsync("disk", disk)], Trust = LocationTrust.Trusted,
        };
        await Provider.ImportAsync(import);
        var end = (await AllAsync(Provider.GetCapability<IProviderJobs>()!.WatchAsync(import.JobId)))[^1];
        var image = ((ImageImportResult)end.Outcome!).Image;
        var path = (await Provider.CommitAsync(new CommitImportRequest { Call = ShortCalls.Engine, ImportId = import.ImportId, Digest = image.Digest })).Image.File!.Path;

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        Assert.That((await Provider.FindAsync(new FindStoredImageRequest { Digest = image.Digest })).Image, Is.Not.Null);
        await using (var file = File.OpenWrite(path))
        {
            file.Position = 700_000;
            file.WriteByte((byte)(disk[700_000] ^ 1));
        }

        Assert.That((await Provider.FindAsync(new FindStoredImageRequest { Digest = image.Digest })).Image, Is.Null);
        Assert.That(await AllAsync(Provider.ListAsync(new ListStoredImagesRequest())), Is.Empty);
    }

    [Test]
    public async Task Scan_survives_pipes_unreadable_and_empty_files()
    {
        var folder = Directory.CreateDirectory(Host.Combine("odd")).FullName;
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(folder, "pipe")])) await mkfifo.WaitForExitAsync();
        await File.WriteAllBytesAsync(Path.Combine(folder, "empty"), []);
        await File.WriteAllBytesAsync(Path.Combine(folder, "disk.raw"), NewDisk());
        File.CreateSymbolicLink(Path.Combine(folder, "dangling"), "/nowhere");

        var found = await AllAsync(Provider.ScanAsync(new ScanImagesRequest { Folder = folder }));

        Assert.That(found.Select(file => Path.GetFileName(file.File.Path)), Is.EqualTo(new[] { "disk.raw" }));
    }

    [TearDown]
    public async Task CloseInstancesAsync()
    {
        if (_instances is not null) await _instances.DisposeAsync();
        _instances = null!;
    }
}
