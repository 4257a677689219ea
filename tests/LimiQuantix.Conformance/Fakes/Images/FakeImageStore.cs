using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The options of a fake image store. They may be changed while it works.</summary>
public sealed class FakeImageStoreOptions : FakeOptions
{
    /// <summary>The fake image source that it fetches from.</summary>
    public string Source { get; set; } = "images";
}

/// <summary>A file as the fakes' world keeps it: of an import, in the store, or set aside.</summary>
internal sealed record FakeStoredImage
{
    public required StoredImage Image { get; init; }

    public required byte[] Bytes { get; init; }
}

/// <summary>A strict image store: what the contract calls an error is one. Its jobs are in its other part.</summary>
internal sealed partial class FakeImageStore : FakeProvider, IImageStore, IProviderJobs
{
    private const long CapacityBytes = 1L << 40;
    private readonly FakeImageStoreOptions _options;
    private readonly FakeImageSourceSide _source;

    public FakeImageStore(ProviderContext context, FakeImageStoreOptions options) : base(nameof(IImageStore), context, options)
    {
        _options = options;
        _source = new FakeImageSourceSide(World, options.Source);
        _jobs = new InProcessJobs(World.TimeProvider);
    }

    private string Files => Area("files");

    private string Imports => Area("imports");

    private string AsideFiles => Area("set-aside");

    public Task<ImageStoreStatus> GetStatusAsync(GetImageStoreStatusRequest request, CancellationToken cancellationToken = default) => CallAsync(
        nameof(GetStatusAsync),
        null,
        things => new ImageStoreStatus { CapacityBytes = CapacityBytes, AvailableBytes = CapacityBytes - things.All<FakeStoredImage>(Files).Sum(file => file.Bytes.LongLength) },
        cancellationToken);

    public Task<CommitImportResult> CommitAsync(CommitImportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(CommitAsync), request.ImportId, request.Call, things =>
        {
            if (things.Get<FakeStoredImage>(Imports + request.ImportId) is { } import)
            {
                if (import.Image.Digest != request.Digest) throw Conflict("import", request.ImportId);
                things.Put(Files + request.Digest.Hex, import);
                things.Remove(Imports + request.ImportId);
            }

            return things.Get<FakeStoredImage>(Files + request.Digest.Hex) is { } file ? new CommitImportResult { Image = file.Image } : throw NotFound("file", request.Digest);
        }, cancellationToken);
    }

    public Task<DiscardImportResult> DiscardAsync(DiscardImportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(DiscardAsync), request.ImportId, request.Call, things =>
        {
            things.Remove(Imports + request.ImportId);
            return new DiscardImportResult();
        }, cancellationToken);
    }

    public async IAsyncEnumerable<ImportObservation> ListImportsAsync(ListImportsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var imports = await CallAsync(
            nameof(ListImportsAsync),
            null,
            things => things.Keys(Imports).Select(key => new ImportObservation { ImportId = Guid.Parse(key[Imports.Length..]), Image = things.Get<FakeStoredImage>(key)!.Image }).ToList(),
            cancellationToken).ConfigureAwait(false);
        foreach (var import in imports) yield return import;
    }

    public Task<FindStoredImageResult> FindAsync(FindStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(
            nameof(FindAsync),
            request.Digest.ToString(),
            things => new FindStoredImageResult { Image = things.Get<FakeStoredImage>(Files + request.Digest.Hex)?.Image },
            cancellationToken);
    }

    public async IAsyncEnumerable<StoredImageObservation> ListAsync(
        ListStoredImagesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var files = await CallAsync(
            nameof(ListAsync),
            null,
            things => things.All<FakeStoredImage>(Files).Select(file => Observe(file, null))
                .Concat(things.Keys(AsideFiles).Select(key => Observe(things.Get<FakeStoredImage>(key)!, Guid.Parse(key[(key.LastIndexOf('/') + 1)..])))).ToList(),
            cancellationToken).ConfigureAwait(false);
        foreach (var file in files) yield return file;
    }

    public async Task<Stream> OpenAsync(OpenStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await CallAsync(nameof(OpenAsync), request.Digest.ToString(), things =>
        {
            var file = things.Get<FakeStoredImage>(Files + request.Digest.Hex) ?? throw NotFound("file", request.Digest);
            var length = request.LengthBytes ?? file.Bytes.Length - request.Offset;
            if (request.Offset < 0 || length < 0 || request.Offset > file.Bytes.Length - length) throw Invalid($"The file has {file.Bytes.Length} bytes.", nameof(request.Offset));
            return new MemoryStream(file.Bytes, (int)request.Offset, (int)length, writable: false);
        }, cancellationToken).ConfigureAwait(false);
    }

    public Task<SetAsideResult> SetAsideAsync(SetAsideRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(SetAsideAsync), request.Digest, request.Call, things =>
        {
            Move(things, Files + request.Digest.Hex, Aside(request.Digest, request.SetAsideId));
            return new SetAsideResult();
        }, cancellationToken);
    }

    public Task<RestoreStoredImageResult> RestoreAsync(RestoreStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(RestoreAsync), request.Digest, request.Call, things =>
        {
            Move(things, Aside(request.Digest, request.SetAsideId), Files + request.Digest.Hex);
            return new RestoreStoredImageResult();
        }, cancellationToken);
    }

    public Task<DeleteStoredImageResult> DeleteAsync(DeleteStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(DeleteAsync), request.Digest, request.Call, things =>
        {
            things.Remove(Aside(request.Digest, request.SetAsideId));
            return new DeleteStoredImageResult();
        }, cancellationToken);
    }

    /// <summary>Looks into a real folder: files are not of the fakes' world.</summary>
    public async IAsyncEnumerable<ScannedImage> ScanAsync(ScanImagesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await CallAsync(nameof(ScanAsync), request.Folder, _ => { }, cancellationToken).ConfigureAwait(false);
        if (!Path.IsPathFullyQualified(request.Folder)) throw Invalid("The folder is no absolute path.", nameof(request.Folder));
        if (!Directory.Exists(request.Folder)) throw NotFound("folder", request.Folder);
        foreach (var file in new DirectoryInfo(request.Folder).EnumerateFiles(
            "*", new EnumerationOptions { RecurseSubdirectories = request.IncludesSubfolders, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (file.Length == 0) continue;
            var found = new ScannedImage { File = new NodeFile { NodeId = Context.NodeId, Path = file.FullName }, SizeBytes = file.Length, ModifiedAt = file.LastWriteTimeUtc };
            yield return Describe(await File.ReadAllBytesAsync(file.FullName, cancellationToken).ConfigureAwait(false)) is { } image
                ? found with { Format = image.Format, VirtualSizeBytes = image.VirtualSizeBytes }
                : found with { Error = NoDisk().Error };
        }
    }

    private Task<T> MutateAsync<T>(string member, object thing, ProviderCall call, Func<FakeThings, T> effect, CancellationToken cancellationToken) =>
        MutateAsync(member, thing.ToString()!, call, markKey: null, effect, cancellationToken);

    private string Aside(ImageDigest digest, Guid id) => $"{AsideFiles}{digest.Hex}/{id}";

    private static void Move(FakeThings things, string from, string to)
    {
        if (things.Get<FakeStoredImage>(from) is not { } file) return;
        things.Put(to, file);
        things.Remove(from);
    }

    private static StoredImageObservation Observe(FakeStoredImage file, Guid? setAsideId) =>
        new() { Digest = file.Image.Digest, SizeBytes = file.Bytes.Length, SetAsideId = setAsideId };

    /// <summary>A raw disk has a boot sector; the fake knows no other.</summary>
    private static StoredImage? Describe(byte[] bytes) => bytes is not { Length: >= 512 } || bytes[510] != 0x55 || bytes[511] != 0xAA ? null : new StoredImage
    {
        Digest = new ImageDigest("sha256", Convert.ToHexStringLower(SHA256.HashData(bytes))),
        Format = DiskFormat.Raw,
        SizeBytes = bytes.Length,
        VirtualSizeBytes = (bytes.Length + 511L) / 512 * 512,
    };

    private static LimiQuantixException NoDisk() => new(ErrorCodes.NotADiskImage, "The file has no boot sector.", "Give a disk image.");
}
