using LimiQuantix.Images;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>A strict image source: what the contract calls an error is one.</summary>
internal sealed class FakeImageSource : FakeProvider, IImageSource
{
    private readonly FakeImageSourceOptions _options;
    private readonly FakeImageSourceSide _side;

    public FakeImageSource(ProviderContext context, FakeImageSourceOptions options) : base(nameof(IImageSource), context, options)
    {
        _options = options;
        _side = new FakeImageSourceSide(World, context.InstanceName);
    }

    public IReadOnlyList<string> Serves => [.. _options.Serves];

    public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var location = request.Location;
        return CallAsync(
            nameof(ProbeAsync),
            location,
            things =>
            {
                var image = Find(things, location);
                return new ImageSourceInfo
                {
                    Location = location,
                    LengthBytes = _options.KnowsLengths ? image.Bytes.Length : null,
                    SupportsRanges = _options.HasRanges,
                    Validator = image.Validator,
                };
            },
            cancellationToken);
    }

    public async Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bytes = await CallAsync(nameof(OpenAsync), request.Location, things => Range(Find(things, request.Location), request), cancellationToken)
            .ConfigureAwait(false);
        return new ImageStream(World, NewCall("Read", request.Location), bytes);
    }

    private FakeImage Find(FakeThings things, string location)
    {
        if (!ImageLocation.TryParse(location, out var parts) || !_options.Serves.Any(parts.StartsWith)) throw Invalid($"The source does not serve '{location}'.", "Location");
        return _side.Find(things, location) ?? throw NotFound("image", location);
    }

    private byte[] Range(FakeImage image, ImageRangeRequest request)
    {
        if (request.Validator is { } validator && validator != image.Validator)
            throw new LimiQuantixException(ErrorCodes.Conflict, "The image was changed since it was asked for.", "Begin again.", request.Location);
        if (request.Offset < 0 || request.LengthBytes < 0) throw Invalid("A range begins at 0 or later and has a length of 0 or more.", nameof(request.Offset));
        if (!_options.HasRanges && (request.Offset != 0 || request.LengthBytes is not null))
            throw new LimiQuantixException(ErrorCodes.SourceFailed, "The source gives no ranges.", target: request.Location);
        var length = request.LengthBytes ?? image.Bytes.Length - request.Offset;
        if (length < 0 || request.Offset + length > image.Bytes.Length)
            throw new LimiQuantixException(ErrorCodes.SourceFailed, $"The image has {image.Bytes.Length} bytes.", target: request.Location);
        return image.Bytes[(int)request.Offset..(int)(request.Offset + length)];
    }

    /// <summary>Gives at most 64 KiB a read, and meets the faults of the member <c>Read</c> before each.</summary>
    private sealed class ImageStream(FakeWorld world, FakeCall call, byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await world.Faults.PassAsync(call, FakePoint.BeforeEffect, cancellationToken).ConfigureAwait(false);
            return base.Read(buffer.Span[..Math.Min(buffer.Length, 64 << 10)]);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
