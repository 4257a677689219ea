using LimiQuantix.Rfb.Imaging;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>
/// Tight encoding (number 7 of the community registry) and TightPNG (-260), whose rectangles are filled, JPEG or PNG.
/// </summary>
internal sealed class TightDecoder : IRectangleDecoder, IDisposable
{
    private const int Fill = 8;
    private const int Jpeg = 9;
    private const int Png = 10;
    private const int ExplicitFilter = 4;

    // Less than this is sent as it is, without a length.
    private const int MinCompressedLength = 12;

    private readonly RfbInflater[] _streams = [new(), new(), new(), new()];
    private readonly JpegDecoder _jpeg = new();

    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var control = await reader.ReadByteAsync(ct).ConfigureAwait(false);
        for (var i = 0; i < _streams.Length; i++)
        {
            if ((control >> i & 1) != 0)
                _streams[i].Reset();
        }
        var form = control >> 4;
        switch (form)
        {
            case Fill:
                var pixel = target.Pixels.Tight;
                await reader.EnsureAsync(pixel.Size, ct).ConfigureAwait(false);
                target.Framebuffer.Fill(target.Area, pixel.Decode(reader.Take(pixel.Size)));
                break;
            case Jpeg:
                _jpeg.Decode(await ReadPictureAsync(reader, target, ct).ConfigureAwait(false), target.Framebuffer, target.Area);
                break;
            case Png:
                PngReader.Decode(await ReadPictureAsync(reader, target, ct).ConfigureAwait(false), target.Framebuffer, target.Area);
                break;
            case > Png:
                throw RfbException.Violation($"Tight has no compression form {form}.");
            default:
                var filter = await ReadFilterAsync(reader, target, (form & ExplicitFilter) != 0, ct).ConfigureAwait(false);
                await DecodeRowsAsync(reader, target, filter, _streams[form & 3], ct).ConfigureAwait(false);
                break;
        }
    }

    public void Dispose() => Array.ForEach(_streams, stream => stream.Dispose());

    private static async ValueTask<ITightFilter> ReadFilterAsync(RfbReader reader, RectangleTarget target, bool explicitFilter, CancellationToken ct)
    {
        var pixel = target.Pixels.Tight;
        var id = explicitFilter ? await reader.ReadByteAsync(ct).ConfigureAwait(false) : 0;
        switch (id)
        {
            case 0:
                return new TightCopyFilter(pixel);
            case 1:
                var palette = new uint[await reader.ReadByteAsync(ct).ConfigureAwait(false) + 1];
                await reader.EnsureAsync(palette.Length * pixel.Size, ct).ConfigureAwait(false);
                pixel.Decode(reader.Take(palette.Length * pixel.Size), palette);
                return new TightPaletteFilter(palette);
            case 2 when target.Pixels.Format is { TrueColour: true, BitsPerPixel: > 8 }:
                return new TightGradientFilter(pixel, target.Area.Width);
            default:
                throw RfbException.Violation($"Tight has no filter {id} for this pixel format.");
        }
    }

    private static async ValueTask DecodeRowsAsync(RfbReader reader, RectangleTarget target, ITightFilter filter, RfbInflater stream, CancellationToken ct)
    {
        var rowLength = filter.RowLength(target.Area.Width);
        var length = (long)rowLength * target.Area.Height;
        if (length < MinCompressedLength)
        {
            await reader.EnsureAsync((int)length, ct).ConfigureAwait(false);
            for (var y = 0; y < target.Area.Height; y++)
                filter.Decode(reader.Take(rowLength), target.Row(y));
            return;
        }
        await stream.ReceiveAsync(reader, await ReadCompactLengthAsync(reader, ct).ConfigureAwait(false), length, ct).ConfigureAwait(false);
        for (var y = 0; y < target.Area.Height;)
        {
            var rows = stream.PeekRows(rowLength, target.Area.Height - y);
            stream.Advance(rows.Length);
            for (; rows.Length > 0; rows = rows[rowLength..], y++)
                filter.Decode(rows[..rowLength], target.Row(y));
        }
        stream.EndRectangle();
    }

    /// <summary>The bytes of a JPEG or PNG picture.</summary>
    private static async ValueTask<byte[]> ReadPictureAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var length = await ReadCompactLengthAsync(reader, ct).ConfigureAwait(false);
        // Neither is ever much larger than the pixels themselves.
        if (length > 65536 + 8 * target.Area.Area)
            throw RfbException.Limit($"A picture of {length} bytes is announced for a rectangle of {target.Area.Area} pixels.");
        return await reader.ReadBytesAsync(length, ct).ConfigureAwait(false);
    }

    /// <summary>One to three bytes: seven bits, seven bits, eight bits, lowest first.</summary>
    private static async ValueTask<int> ReadCompactLengthAsync(RfbReader reader, CancellationToken ct)
    {
        int part = await reader.ReadByteAsync(ct).ConfigureAwait(false);
        var length = part & 127;
        if (part < 128)
            return length;
        part = await reader.ReadByteAsync(ct).ConfigureAwait(false);
        length |= (part & 127) << 7;
        return part < 128 ? length : length | await reader.ReadByteAsync(ct).ConfigureAwait(false) << 14;
    }
}
