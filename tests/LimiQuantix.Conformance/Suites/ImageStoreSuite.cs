using System.Buffers.Binary;
using System.Security.Cryptography;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IImageStore"/> does.</summary>
public abstract class ImageStoreSuite(bool isRemote) : ProviderSuite<IImageStore>(isRemote)
{
    private static readonly ImageDigest Nothing = new("sha256", new string('0', 64));

    private IProviderJobs Jobs => Provider.GetCapability<IProviderJobs>() ?? throw new AssertionException("Every store has its jobs as a capability.");

    /// <summary>Publishes bytes under a name, where the store can fetch them.</summary>
    protected abstract Task<string> PublishAsync(string name, byte[] content);

    /// <summary>Where nothing is.</summary>
    protected abstract string Missing { get; }

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        var id = Guid.CreateVersion7();
        var call = ShortCalls.Engine;
        yield return (nameof(Provider.GetStatusAsync), token => Provider.GetStatusAsync(new GetImageStoreStatusRequest(), token));
        yield return (nameof(Provider.ImportAsync), token => Provider.ImportAsync(NewImport(Missing), token));
        yield return (nameof(Provider.CommitAsync), token => Provider.CommitAsync(new CommitImportRequest { Call = call, ImportId = id, Digest = Nothing }, token));
        yield return (nameof(Provider.DiscardAsync), token => Provider.DiscardAsync(new DiscardImportRequest { Call = call, ImportId = id }, token));
        yield return (nameof(Provider.ListImportsAsync), async token => await Provider.ListImportsAsync(new ListImportsRequest(), token).FirstOrDefaultAsync(token));
        yield return (nameof(Provider.FindAsync), token => Provider.FindAsync(new FindStoredImageRequest { Digest = Nothing }, token));
        yield return (nameof(Provider.ListAsync), async token => await Provider.ListAsync(new ListStoredImagesRequest(), token).FirstOrDefaultAsync(token));
        yield return (nameof(Provider.OpenAsync), token => Provider.OpenAsync(new OpenStoredImageRequest { Digest = Nothing }, token));
        yield return (nameof(Provider.SetAsideAsync), token => Provider.SetAsideAsync(new SetAsideRequest { Call = call, Digest = Nothing, SetAsideId = id }, token));
        yield return (nameof(Provider.RestoreAsync), token => Provider.RestoreAsync(new RestoreStoredImageRequest { Call = call, Digest = Nothing, SetAsideId = id }, token));
        yield return (nameof(Provider.DeleteAsync), token => Provider.DeleteAsync(new DeleteStoredImageRequest { Call = call, Digest = Nothing, SetAsideId = id }, token));
        yield return (nameof(Provider.ScanAsync), async token => await Provider.ScanAsync(new ScanImagesRequest { Folder = Host.Combine("data") }, token).FirstOrDefaultAsync(token));
    }

    [Test]
    public async Task Status_is_sound()
    {
        var status = await Provider.GetStatusAsync(new GetImageStoreStatusRequest()).WaitAsync(Patience);

        Assert.That(status.CapacityBytes, Is.Positive);
        Assert.That(status.AvailableBytes, Is.InRange(0, status.CapacityBytes));
    }

    [Test]
    public async Task Image_is_fetched_by_a_job_and_there_once_it_is_committed()
    {
        var disk = NewDisk();
        var import = NewImport(await PublishAsync("disk", disk));

        var image = await FetchedAsync(import);
        Assert.That((image.Digest, image.Format, image.SizeBytes, image.VirtualSizeBytes), Is.EqualTo((DigestOf(disk), DiskFormat.Raw, (long)disk.Length, (long)disk.Length)));
        Assert.That(await FindAsync(image.Digest), Is.Null, "nobody knows of it yet");
        Assert.That((await ImportsAsync()).Single(), Is.EqualTo(new ImportObservation { ImportId = import.ImportId, Image = image }));

        var committed = await CommitAsync(import, image.Digest);
        await CommitAsync(import, image.Digest);

        Assert.That(committed with { File = null }, Is.EqualTo(image));
        Assert.That(await FindAsync(image.Digest), Is.EqualTo(committed));
        Assert.That(await ImportsAsync(), Is.Empty);
        Assert.That((await FilesAsync()).Single(), Is.EqualTo(new StoredImageObservation { Digest = image.Digest, SizeBytes = disk.Length }));
        Assert.That(await ReadAsync(new OpenStoredImageRequest { Digest = image.Digest }), Is.EqualTo(disk));
    }

    [Test]
    public async Task What_was_fetched_waits_for_whoever_comes_after()
    {
        var disk = NewDisk();
        var import = NewImport(await PublishAsync("disk", disk), DigestOf(disk));
        await FetchedAsync(import);
        await PublishAsync("disk", NewDisk());
        await ReopenAsync();

        var image = await FetchedAsync(import with { JobId = Guid.CreateVersion7() });
        await CommitAsync(import, image.Digest);

        Assert.That(await ReadAsync(new OpenStoredImageRequest { Digest = DigestOf(disk) }), Is.EqualTo(disk), "it was not fetched a second time");
    }

    [Test]
    public async Task Job_of_a_known_id_is_the_same_job()
    {
        var disk = NewDisk();
        var import = NewImport(await PublishAsync("disk", disk));
        await FetchedAsync(import);

        Assert.That((await Provider.ImportAsync(import).WaitAsync(Patience)).Phase, Is.EqualTo(JobPhase.Succeeded));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.ImportAsync(import with { ExpectedDigest = DigestOf(disk) }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.ImportAsync(import with { Locations = [Missing] }));
    }

    [Test]
    public async Task Import_that_fails_says_why_and_leaves_nothing_in_the_store()
    {
        var text = await PublishAsync("text", "This is no disk."u8.ToArray());
        var disk = await PublishAsync("disk", NewDisk());

        Assert.That((await EndAsync(NewImport(Missing))).Error?.Code, Is.EqualTo(ErrorCodes.NotFound));
        Assert.That((await EndAsync(NewImport(text))).Error?.Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That((await EndAsync(NewImport(disk, Nothing))).Error?.Code, Is.EqualTo(ErrorCodes.ChecksumMismatch));
        Assert.That(await FilesAsync(), Is.Empty);
        foreach (var import in await ImportsAsync()) await DiscardAsync(import.ImportId);
        Assert.That(await ImportsAsync(), Is.Empty);
    }

    [Test]
    public async Task Next_location_is_tried_when_one_has_nothing()
    {
        var disk = NewDisk();
        var import = NewImport(Missing) with { Locations = [Missing, await PublishAsync("disk", disk)] };

        Assert.That((await FetchedAsync(import)).Digest, Is.EqualTo(DigestOf(disk)));
    }

    [Test]
    public async Task What_is_discarded_or_another_file_is_not_committed()
    {
        var import = NewImport(await PublishAsync("disk", NewDisk()));
        var image = await FetchedAsync(import);

        await RefusedAsync(ErrorCodes.Conflict, () => CommitAsync(import, Nothing));
        await DiscardAsync(import.ImportId);
        await DiscardAsync(import.ImportId);
        await RefusedAsync(ErrorCodes.NotFound, () => CommitAsync(import, image.Digest));
        Assert.That(await ImportsAsync(), Is.Empty);
    }

    [Test]
    public async Task Import_that_is_not_valid_is_refused()
    {
        var valid = NewImport(Missing);
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportAsync(valid with { JobId = Guid.Empty }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportAsync(valid with { ImportId = Guid.Empty }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportAsync(valid with { Locations = [] }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportAsync(valid with { Locations = ["relative"] }));
        Assert.That(() => Provider.ImportAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.FindAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task File_that_is_set_aside_is_not_there_and_comes_back_or_goes()
    {
        var image = await StoredAsync(NewDisk());
        var aside = Guid.CreateVersion7();

        await SetAsideAsync(image.Digest, aside);
        await SetAsideAsync(image.Digest, Guid.CreateVersion7());
        Assert.That(await FindAsync(image.Digest), Is.Null);
        Assert.That((await FilesAsync()).Single().SetAsideId, Is.EqualTo(aside));
        await ReopenAsync();
        await RestoreAsync(image.Digest, aside);
        await RestoreAsync(image.Digest, aside);
        Assert.That(await FindAsync(image.Digest), Is.EqualTo(image));

        await DeleteAsync(image.Digest, aside);
        Assert.That(await FindAsync(image.Digest), Is.EqualTo(image), "only what is set aside is deleted");
        await SetAsideAsync(image.Digest, aside);
        await DeleteAsync(image.Digest, Guid.CreateVersion7());
        Assert.That(await FilesAsync(), Has.Count.EqualTo(1), "another's name is not deleted");
        await DeleteAsync(image.Digest, aside);
        await DeleteAsync(image.Digest, aside);
        Assert.That(await FilesAsync(), Is.Empty);
    }

    [Test]
    public async Task File_that_is_committed_while_it_is_set_aside_stays()
    {
        var disk = NewDisk();
        var image = await StoredAsync(disk);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await SetAsideAsync(image.Digest, one);
        await StoredAsync(disk);
        await SetAsideAsync(image.Digest, two);
        await StoredAsync(disk);
        await DeleteAsync(image.Digest, one);
        await RestoreAsync(image.Digest, two);

        Assert.That(await FindAsync(image.Digest), Is.Not.Null);
        Assert.That((await FilesAsync()).Single().SetAsideId, Is.Null);
    }

    [TestCase(0, 1)]
    [TestCase(65_535, 65_538)]
    [TestCase(1_048_575, 1)]
    [TestCase(123_456, null)]
    public async Task Range_comes_exactly(int offset, int? length)
    {
        var disk = NewDisk();
        var image = await StoredAsync(disk);

        var bytes = await ReadAsync(new OpenStoredImageRequest { Digest = image.Digest, Offset = offset, LengthBytes = length });

        Assert.That(bytes, Is.EqualTo(disk[offset..(offset + (length ?? disk.Length - offset))]));
    }

    [Test]
    public async Task Bytes_that_are_not_there_are_refused()
    {
        var image = await StoredAsync(NewDisk());

        await RefusedAsync(ErrorCodes.NotFound, () => Provider.OpenAsync(new OpenStoredImageRequest { Digest = Nothing }));
        foreach (var (offset, length) in new (long, long?)[] { (image.SizeBytes, 1), (-1, 1), (0, -1), (1, image.SizeBytes), (long.MaxValue, null), (1, long.MaxValue) })
            await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.OpenAsync(new OpenStoredImageRequest { Digest = image.Digest, Offset = offset, LengthBytes = length }));
    }

    [Test]
    public async Task Many_import_the_same_and_it_is_there_once()
    {
        var disk = NewDisk();
        var location = await PublishAsync("disk", disk);

        await TogetherAsync(async _ =>
        {
            var import = NewImport(location);
            await CommitAsync(import, (await FetchedAsync(import)).Digest);
        });

        Assert.That(await FilesAsync(), Has.Count.EqualTo(1));
        Assert.That(await ReadAsync(new OpenStoredImageRequest { Digest = DigestOf(disk) }), Is.EqualTo(disk));
    }

    [Test]
    public async Task Superseded_engine_changes_nothing()
    {
        var image = await StoredAsync(NewDisk());
        var import = NewImport(await PublishAsync("disk", NewDisk())) with { Call = Heard };
        var next = await FetchedAsync(import);

        await RefusedBothAsync();
        await ReopenAsync();
        await RefusedBothAsync();

        Assert.That(await FindAsync(image.Digest), Is.EqualTo(image));
        Assert.That((await ImportsAsync()).Single().ImportId, Is.EqualTo(import.ImportId));

        async Task RefusedBothAsync()
        {
            foreach (var call in new[] { Heard with { Era = 1, EngineToken = 9 }, Heard with { EngineToken = 4 } })
            {
                var id = Guid.CreateVersion7();
                await RefusedAsync(ErrorCodes.Fenced, () => Provider.ImportAsync(import with { Call = call, JobId = id, ImportId = id }));
                await RefusedAsync(ErrorCodes.Fenced, () => Provider.CommitAsync(new CommitImportRequest { Call = call, ImportId = import.ImportId, Digest = next.Digest }));
                await RefusedAsync(ErrorCodes.Fenced, () => Provider.DiscardAsync(new DiscardImportRequest { Call = call, ImportId = import.ImportId }));
                await RefusedAsync(ErrorCodes.Fenced, () => Provider.SetAsideAsync(new SetAsideRequest { Call = call, Digest = image.Digest, SetAsideId = id }));
                await RefusedAsync(ErrorCodes.Fenced, () => Provider.RestoreAsync(new RestoreStoredImageRequest { Call = call, Digest = image.Digest, SetAsideId = id }));
                await RefusedAsync(ErrorCodes.Fenced, () => Provider.DeleteAsync(new DeleteStoredImageRequest { Call = call, Digest = image.Digest, SetAsideId = id }));
            }
        }
    }

    [Test]
    public async Task Scan_tells_images_from_other_files_and_opens_no_link()
    {
        var folder = Directory.CreateDirectory(Host.Combine("scan")).FullName;
        var inner = Directory.CreateDirectory(Path.Combine(folder, "inner")).FullName;
        var disk = NewDisk();
        await File.WriteAllBytesAsync(Path.Combine(folder, "a.raw"), disk);
        await File.WriteAllBytesAsync(Path.Combine(inner, "b.raw"), disk);
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "no disk");
        File.CreateSymbolicLink(Path.Combine(folder, "link.raw"), Path.Combine(inner, "b.raw"));
        File.CreateSymbolicLink(Path.Combine(inner, "loop"), folder);

        var top = await AllAsync(Provider.ScanAsync(new ScanImagesRequest { Folder = folder }));
        var all = await AllAsync(Provider.ScanAsync(new ScanImagesRequest { Folder = folder, IncludesSubfolders = true }));

        Assert.That(top.Select(found => Path.GetFileName(found.File.Path)), Is.EquivalentTo(new[] { "a.raw", "notes.txt" }));
        var image = top.Single(found => found.Error is null);
        Assert.That((image.Format, image.SizeBytes, image.VirtualSizeBytes, image.File.NodeId), Is.EqualTo((DiskFormat.Raw, (long)disk.Length, (long)disk.Length, Context.NodeId)));
        Assert.That(top.Single(found => found.Error is not null).Error!.Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That(all.Where(found => found.Error is null).Select(found => Path.GetFileName(found.File.Path)), Is.EquivalentTo(new[] { "a.raw", "b.raw" }));
        await RefusedAsync(ErrorCodes.NotFound, () => AllAsync(Provider.ScanAsync(new ScanImagesRequest { Folder = Host.Combine("nowhere") })));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => AllAsync(Provider.ScanAsync(new ScanImagesRequest { Folder = "relative" })));
    }

    /// <summary>A raw disk with a boot sector and bytes of its own.</summary>
    protected static byte[] NewDisk()
    {
        var bytes = RandomNumberGenerator.GetBytes(1 << 20);
        // One active Linux partition over all but the first sector.
        var sector = bytes.AsSpan(0, 512);
        sector.Clear();
        (sector[446], sector[450], sector[510], sector[511]) = (0x80, 0x83, 0x55, 0xAA);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[454..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[458..], (uint)(bytes.Length / 512) - 1);
        return bytes;
    }

    private static ImageDigest DigestOf(byte[] bytes) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(bytes)));

    private static ImportToStoreRequest NewImport(string location, ImageDigest? expected = null) => new()
    {
        Call = ShortCalls.Engine,
        JobId = Guid.CreateVersion7(),
        ImportId = Guid.CreateVersion7(),
        Locations = [location],
        Trust = LocationTrust.Trusted,
        ExpectedDigest = expected,
    };

    private async Task<JobObservation> EndAsync(ImportToStoreRequest import)
    {
        await Provider.ImportAsync(import).WaitAsync(Patience);
        return (await AllAsync(Jobs.WatchAsync(import.JobId)))[^1];
    }

    private async Task<StoredImage> FetchedAsync(ImportToStoreRequest import)
    {
        var end = await EndAsync(import);
        Assert.That(end.Phase, Is.EqualTo(JobPhase.Succeeded), end.Error?.Message);
        return ((ImageImportResult)end.Outcome!).Image;
    }

    private async Task<StoredImage> StoredAsync(byte[] disk)
    {
        var import = NewImport(await PublishAsync($"{Guid.NewGuid():N}", disk));
        return await CommitAsync(import, (await FetchedAsync(import)).Digest);
    }

    private async Task<StoredImage> CommitAsync(ImportToStoreRequest import, ImageDigest digest) =>
        (await Provider.CommitAsync(new CommitImportRequest { Call = import.Call, ImportId = import.ImportId, Digest = digest }).WaitAsync(Patience)).Image;

    private async Task DiscardAsync(Guid importId) => await Provider.DiscardAsync(new DiscardImportRequest { Call = ShortCalls.Engine, ImportId = importId }).WaitAsync(Patience);

    private Task<List<ImportObservation>> ImportsAsync() => AllAsync(Provider.ListImportsAsync(new ListImportsRequest()));

    private Task<List<StoredImageObservation>> FilesAsync() => AllAsync(Provider.ListAsync(new ListStoredImagesRequest()));

    private async Task<StoredImage?> FindAsync(ImageDigest digest) => (await Provider.FindAsync(new FindStoredImageRequest { Digest = digest }).WaitAsync(Patience)).Image;

    private async Task SetAsideAsync(ImageDigest digest, Guid id) =>
        await Provider.SetAsideAsync(new SetAsideRequest { Call = ShortCalls.Engine, Digest = digest, SetAsideId = id }).WaitAsync(Patience);

    private async Task RestoreAsync(ImageDigest digest, Guid id) =>
        await Provider.RestoreAsync(new RestoreStoredImageRequest { Call = ShortCalls.Engine, Digest = digest, SetAsideId = id }).WaitAsync(Patience);

    private async Task DeleteAsync(ImageDigest digest, Guid id) =>
        await Provider.DeleteAsync(new DeleteStoredImageRequest { Call = ShortCalls.Engine, Digest = digest, SetAsideId = id }).WaitAsync(Patience);

    private async Task<byte[]> ReadAsync(OpenStoredImageRequest request)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await using var stream = await Provider.OpenAsync(request, deadline.Token);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, deadline.Token);
        return bytes.ToArray();
    }
}
