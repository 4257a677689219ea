using System.Numerics;
using LimiQuantix.Disks;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace LimiQuantix.Images.Decompression;

/// <summary>Opens the decompressors, bounded, and turns what they throw on foreign bytes into one error.</summary>
internal static class Decompression
{
    public static Stream Open(FileStream input, CompressionFormat compression, long maximumWindowBytes)
    {
        try
        {
            return compression switch
            {
                CompressionFormat.Gzip => new GzipMembers(input),
                CompressionFormat.Xz => new XzStreams(input, maximumWindowBytes),
                CompressionFormat.Zstd => OpenZstd(input, maximumWindowBytes),
                CompressionFormat.Bzip2 => BZip2Stream.Create(
                    input, CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true),
                _ => input,
            };
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw Damaged(compression, error);
        }
    }

    /// <summary>Fills a buffer; less than that is the end.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotADiskImage"/>: the bytes are damaged.</exception>
    public static int Fill(Stream source, Span<byte> buffer, CompressionFormat compression)
    {
        try
        {
            return source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw Damaged(compression, error);
        }
    }

    private static DecompressionStream OpenZstd(FileStream input, long maximumWindowBytes)
    {
        var stream = new DecompressionStream(input, checkEndOfStream: true, leaveOpen: true);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, BitOperations.Log2((ulong)maximumWindowBytes));
        return stream;
    }

    // Third-party decompressors tell damage by whatever exception they run into. A full disk is not among their errors: they only read.
    private static bool IsDamage(Exception error) => error is not LimiQuantixException;

    /// <summary>Well-formed, but more than is read here.</summary>
    public static LimiQuantixException Unsupported(string message, Exception? error = null) => new(
        ErrorCodes.UnsupportedFormat, message, "Compress the image anew: gzip, xz, zstd or bzip2 with usual settings.", innerException: error);

    private static LimiQuantixException Damaged(CompressionFormat compression, Exception error) => error switch
    {
        NotSupportedException or NotImplementedException => Unsupported($"The image's {compression} data needs what is not known here: {error.Message}", error),
        ZstdException { Code: ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge or ZSTD_ErrorCode.ZSTD_error_frameParameter_unsupported
            or ZSTD_ErrorCode.ZSTD_error_version_unsupported or ZSTD_ErrorCode.ZSTD_error_dictionary_wrong } =>
            Unsupported($"The image's {compression} data needs more than is allowed or known here: {error.Message}", error),
        _ => Broken(compression, error),
    };

    private static LimiQuantixException Broken(CompressionFormat compression, Exception error) => new(
        ErrorCodes.NotADiskImage,
        $"The {compression} data of the image is damaged: {error.Message}",
        "Obtain the image from its publisher again.",
        innerException: error);
}
