using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LimiQuantix.Rfb.Pixels;

/// <summary>Rows of the common layouts turned into 0xFFRRGGBB, several pixels at once.</summary>
internal static class PixelRows
{
    // Where in 16 bytes the bytes of four pixels are; beyond them is zero.
    private static readonly Vector128<byte> BgrOrder = Vector128.Create((byte)0, 1, 2, 0x80, 3, 4, 5, 0x80, 6, 7, 8, 0x80, 9, 10, 11, 0x80);
    private static readonly Vector128<byte> RgbOrder = Vector128.Create((byte)2, 1, 0, 0x80, 5, 4, 3, 0x80, 8, 7, 6, 0x80, 11, 10, 9, 0x80);

    /// <summary>Four bytes a pixel: blue, green, red, and one that is ignored. In place when both are the same memory.</summary>
    public static void FromBgrx(ReadOnlySpan<byte> source, Span<uint> destination)
    {
        var values = MemoryMarshal.Cast<byte, uint>(source)[..destination.Length];
        var i = 0;
        var opaque = Vector256.Create(Framebuffer.Black);
        ref var from = ref MemoryMarshal.GetReference(values);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (; i + Vector256<uint>.Count <= destination.Length; i += Vector256<uint>.Count)
            (Vector256.LoadUnsafe(ref from, (nuint)i) | opaque).StoreUnsafe(ref to, (nuint)i);
        for (; i < destination.Length; i++)
            destination[i] = values[i] | Framebuffer.Black;
    }

    /// <summary>Three bytes a pixel: blue, green, red.</summary>
    public static void FromBgr(ReadOnlySpan<byte> source, Span<uint> destination)
    {
        for (var i = Shuffle(source, destination, BgrOrder); i < destination.Length; i++)
            destination[i] = Framebuffer.Black | (uint)(source[3 * i + 2] << 16 | source[3 * i + 1] << 8 | source[3 * i]);
    }

    /// <summary>Three bytes a pixel: red, green, blue.</summary>
    public static void FromRgb(ReadOnlySpan<byte> source, Span<uint> destination)
    {
        for (var i = Shuffle(source, destination, RgbOrder); i < destination.Length; i++)
            destination[i] = Framebuffer.Black | (uint)(source[3 * i] << 16 | source[3 * i + 1] << 8 | source[3 * i + 2]);
    }

    /// <summary>Turns as many pixels as can be done sixteen bytes at a time, and tells how many those are.</summary>
    private static int Shuffle(ReadOnlySpan<byte> source, Span<uint> destination, Vector128<byte> order)
    {
        var i = 0;
        if (!Vector128.IsHardwareAccelerated || !BitConverter.IsLittleEndian)
            return i;
        var opaque = Vector128.Create(Framebuffer.Black);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (; i + 4 <= destination.Length && 3 * i + 16 <= source.Length; i += 4)
            (Vector128.ShuffleNative(Vector128.LoadUnsafe(ref from, (nuint)(3 * i)), order).AsUInt32() | opaque).StoreUnsafe(ref to, (nuint)i);
        return i;
    }
}
