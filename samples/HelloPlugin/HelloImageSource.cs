using System.Security.Cryptography;
using LimiQuantix;
using LimiQuantix.Images;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace Hello;

/// <summary>Serves <c>hello:///NAME</c>: a tiny disk that boots and greets NAME. It only probes and opens; the engine does the rest.</summary>
internal sealed partial class HelloImageSource(ProviderContext context, HelloOptions options) : IImageSource
{
    private readonly ILogger _logger = context.LoggerFactory.CreateLogger<HelloImageSource>();

    public IReadOnlyList<string> Serves => ["hello://"];

    public T? GetCapability<T>()
        where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default)
    {
        byte[] disk = MakeDisk(request.Location);
        LogProbed(ImageLocation.Redact(request.Location), disk.Length);
        return Task.FromResult(new ImageSourceInfo
        {
            Location = request.Location,
            LengthBytes = disk.Length,
            SupportsRanges = true,
            Validator = Validator(disk),
        });
    }

    public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default)
    {
        byte[] disk = MakeDisk(request.Location);
        if (request.Validator is { } validator && validator != Validator(disk))
            throw new LimiQuantixException(ErrorCodes.Conflict, "The disk has changed since it was probed.", "Import it again.", ImageLocation.Redact(request.Location));
        if (request.Offset < 0 || request.Offset > disk.Length)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"The disk has no byte {request.Offset}.", target: ImageLocation.Redact(request.Location));

        int offset = (int)request.Offset;
        int length = (int)Math.Min(request.LengthBytes ?? long.MaxValue, disk.Length - offset);
        return Task.FromResult<Stream>(new MemoryStream(disk, offset, length, writable: false));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private byte[] MakeDisk(string location)
    {
        string name = Uri.UnescapeDataString(ImageLocation.Parse(location).Path).Trim('/');
        if (!HelloDisk.IsPrintable(name, 40))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, "The name to greet is not 1 to 40 printable ASCII characters.", "Use hello:///World.", ImageLocation.Redact(location));
        }

        return HelloDisk.Create($"{options.Greeting}, {name}!", options.SizeBytes);
    }

    private static string Validator(byte[] disk) => Convert.ToHexStringLower(SHA256.HashData(disk));

    [LoggerMessage(LogLevel.Information, "{Location} is a disk of {Length} bytes")]
    private partial void LogProbed(string location, int length);
}
