using System.Buffers;

namespace LibvirtSharp.Rpc;

/// <summary>A part of a stream: bytes in an array of the shared pool, which whoever has the piece gives back, or a hole.</summary>
internal readonly record struct StreamPiece(byte[]? Array, int Offset, int Length, long Hole)
{
    public ReadOnlyMemory<byte> Data => Array.AsMemory(Offset, Length);

    public bool IsEnd => Length == 0 && Hole == 0;

    public void Return()
    {
        if (Array is not null)
            ArrayPool<byte>.Shared.Return(Array);
    }
}
