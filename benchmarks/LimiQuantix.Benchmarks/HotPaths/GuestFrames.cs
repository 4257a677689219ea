using BenchmarkDotNet.Attributes;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>The frames of the guest agent's protocol.</summary>
public class GuestFrames
{
    private const int Many = 64;

    private readonly byte[] _frame = new byte[FrameHeader.Size + FrameHeader.DataPayload];
    private readonly FrameReader _reader = new(FrameType.Welcome);
    private readonly byte[] _payload = new byte[FrameHeader.DataPayload];
    private byte[] _small = [];
    private byte[] _large = [];

    [GlobalSetup]
    public void SetUp()
    {
        new Random(1).NextBytes(_payload);
        _small = [.. Enumerable.Repeat(FrameHeader.Frame(FrameType.Data, 1, 7, 3, _payload.AsSpan(0, 512)), Many).SelectMany(frame => frame)];
        _large = FrameHeader.Frame(FrameType.Data, 1, 7, 3, _payload);
        Read(FrameHeader.Frame(FrameType.Welcome, 0, 7, 0, []));
    }

    [Benchmark]
    [Work("Guest: write a frame of 32 KiB")]
    public int Write()
    {
        _payload.CopyTo(_frame, FrameHeader.Size);
        FrameHeader.Write(_frame, FrameType.Data, 1, 7, 3, _frame.AsSpan(FrameHeader.Size));
        return _frame.Length;
    }

    [Benchmark]
    [Work("Guest: read a frame of 32 KiB")]
    public int ReadLarge() => Read(_large);

    [Benchmark(OperationsPerInvoke = Many)]
    [Work("Guest: read a frame of 512 bytes, 64 in one read")]
    public int ReadSmall() => Read(_small);

    private int Read(byte[] bytes)
    {
        bytes.CopyTo(_reader.Free());
        _reader.Advance(bytes.Length);
        int sum = 0;
        while (_reader.TryRead(out _, out ReadOnlyMemory<byte> payload))
            sum += payload.Length;
        return sum;
    }
}
