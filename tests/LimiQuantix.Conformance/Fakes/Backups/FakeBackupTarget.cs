using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>How a fake backup target is.</summary>
public sealed class FakeBackupTargetOptions : FakeOptions
{
    /// <summary>How many bytes its objects may have together.</summary>
    public long CapacityBytes { get; set; } = 256L << 20;
}

/// <summary>An object in a fake backup target.</summary>
internal sealed record FakeBackupObject
{
    public required BackupObject Object { get; init; }

    public required byte[] Bytes { get; init; }
}

/// <summary>A strict backup target: what the contract calls an error is one, and nothing half-made is ever there.</summary>
internal sealed class FakeBackupTarget : FakeProvider, IBackupTarget
{
    private readonly FakeBackupTargetOptions _options;

    public FakeBackupTarget(ProviderContext context, FakeBackupTargetOptions options) : base(nameof(IBackupTarget), context, options) => _options = options;

    public async Task<PutBackupObjectResult> PutAsync(PutBackupObjectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        Check(request.Name);
        var bytes = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        return await MutateAsync(
            nameof(PutAsync),
            request.Call,
            request.Name,
            things =>
            {
                if (Find(things, request.Name) is not null) return new PutBackupObjectResult { IsNew = false };
                if (things.All<FakeBackupObject>(Area("objects")).Sum(one => (long)one.Bytes.Length) + bytes.Length > _options.CapacityBytes)
                    throw new LimiQuantixException(ErrorCodes.InsufficientSpace, "The target is full.", "Delete objects that are not kept any more.", request.Name);
                var made = new BackupObject { Name = request.Name, LengthBytes = bytes.Length, PutAt = World.TimeProvider.GetUtcNow(), RetainUntil = request.RetainUntil };
                things.Put(Key(request.Name), new FakeBackupObject { Object = made, Bytes = bytes });
                return new PutBackupObjectResult { IsNew = true };
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<FindBackupObjectResult> FindAsync(FindBackupObjectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Name);
        return CallAsync(nameof(FindAsync), request.Name, things => new FindBackupObjectResult { Object = Find(things, request.Name)?.Object }, cancellationToken);
    }

    public async Task<Stream> OpenAsync(ReadBackupObjectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Name);
        var bytes = await CallAsync(nameof(OpenAsync), request.Name, things => Range(things, request), cancellationToken).ConfigureAwait(false);
        return new MemoryStream(bytes, writable: false);
    }

    public async IAsyncEnumerable<BackupObject> ListAsync(
        ListBackupObjectsRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var objects = await CallAsync(
            nameof(ListAsync),
            null,
            things => things.All<FakeBackupObject>(Area("objects")).Select(one => one.Object)
                .Where(one => one.Name.StartsWith(request.Prefix, StringComparison.Ordinal)).OrderBy(one => one.Name, StringComparer.Ordinal).ToList(),
            cancellationToken).ConfigureAwait(false);
        foreach (var one in objects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return one;
        }
    }

    public Task<BackupObject> RetainAsync(RetainBackupObjectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Name);
        return MutateAsync(
            nameof(RetainAsync),
            request.Call,
            request.Name,
            things =>
            {
                var there = Find(things, request.Name) ?? throw NotFound("object", request.Name);
                if (there.Object.RetainUntil >= request.Until) return there.Object;
                var kept = there.Object with { RetainUntil = request.Until };
                things.Put(Key(request.Name), there with { Object = kept });
                return kept;
            },
            cancellationToken);
    }

    public Task<DeleteBackupObjectResult> DeleteAsync(DeleteBackupObjectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Name);
        return MutateAsync(
            nameof(DeleteAsync),
            request.Call,
            request.Name,
            things =>
            {
                if (Find(things, request.Name) is not { } there) return new DeleteBackupObjectResult();
                if (there.Object.RetainUntil is { } until && until > World.TimeProvider.GetUtcNow())
                    throw new LimiQuantixException(ErrorCodes.FailedPrecondition, $"The object is kept until {until:O}.", "Delete it then.", request.Name);
                things.Remove(Key(request.Name));
                things.RemoveAside(MarkKey(KeyOf(request.Name)));
                return new DeleteBackupObjectResult();
            },
            cancellationToken);
    }

    private Task<T> MutateAsync<T>(string member, ProviderCall call, string name, Func<FakeThings, T> effect, CancellationToken cancellationToken) =>
        MutateAsync(member, name, call, MarkKey(KeyOf(name)), effect, cancellationToken);

    private static void Check(string? name)
    {
        if (!BackupObject.IsName(name)) throw Invalid($"'{name}' is no name of an object.", nameof(BackupObject.Name));
    }

    private static async Task<byte[]> ReadAsync(PutBackupObjectRequest request, CancellationToken cancellationToken)
    {
        if (request.LengthBytes is < 0 or > 64 << 20) throw Invalid("An object has 0 to 67108864 bytes here.", nameof(request.LengthBytes));
        var bytes = new byte[request.LengthBytes];
        var one = new byte[1];
        if (await request.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < bytes.Length
            || await request.Content.ReadAsync(one, cancellationToken).ConfigureAwait(false) != 0)
        {
            throw Invalid($"The stream has not the {request.LengthBytes} bytes that were said.", nameof(request.LengthBytes));
        }

        if (request.Sha256 is { } digest && digest != Convert.ToHexStringLower(SHA256.HashData(bytes)))
            throw new LimiQuantixException(ErrorCodes.ChecksumMismatch, "The bytes are not those of the digest.", "Send it again.", request.Name);
        return bytes;
    }

    private byte[] Range(FakeThings things, ReadBackupObjectRequest request)
    {
        var bytes = (Find(things, request.Name) ?? throw NotFound("object", request.Name)).Bytes;
        if (request.OffsetBytes < 0 || request.OffsetBytes > bytes.Length || request.LengthBytes < 0)
            throw Invalid($"The object has {bytes.Length} bytes.", nameof(request.OffsetBytes));
        var length = Math.Min(request.LengthBytes ?? long.MaxValue, bytes.Length - request.OffsetBytes);
        return bytes[(int)request.OffsetBytes..(int)(request.OffsetBytes + length)];
    }

    private FakeBackupObject? Find(FakeThings things, string name) => things.Get<FakeBackupObject>(Key(name));

    private string Key(string name) => Area("objects") + KeyOf(name);

    private static string KeyOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
