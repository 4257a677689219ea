using System.Collections.Concurrent;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>Message buffers that are used again. Holds a few small ones; a large one is left to the collector.</summary>
internal static class XdrWriterPool
{
    private const int MostKept = 64;
    private const int LargestKept = 64 * 1024;
    private static readonly ConcurrentQueue<XdrWriter> Free = new();
    private static int s_count;

    public static XdrWriter Rent(uint program, int procedure)
    {
        if (Free.TryDequeue(out XdrWriter? writer))
            Interlocked.Decrement(ref s_count);
        else
            writer = new XdrWriter();
        writer.Reset(program, procedure, MessageHeader.Size);
        return writer;
    }

    public static void Return(XdrWriter writer)
    {
        if (writer.Capacity > LargestKept)
            return;
        if (Interlocked.Increment(ref s_count) <= MostKept)
            Free.Enqueue(writer);
        else
            Interlocked.Decrement(ref s_count);
    }
}
