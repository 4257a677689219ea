using System.Buffers.Binary;
using System.IO.Pipelines;
using LibvirtSharp.Rpc;

namespace LimiQuantix.Benchmarks.Support;

/// <summary>A daemon that answers each call at once with the same result.</summary>
internal sealed class AnsweringStream : Stream
{
    private readonly Pipe _answers = new();
    private readonly Stream _reading;
    private readonly byte[] _answer;

    public AnsweringStream(byte[] result)
    {
        _reading = _answers.Reader.AsStream();
        _answer = new byte[MessageHeader.Size + result.Length];
        result.CopyTo(_answer, MessageHeader.Size);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reading.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Calls are always written whole.
        for (ReadOnlySpan<byte> rest = buffer.Span; !rest.IsEmpty; rest = rest[BinaryPrimitives.ReadInt32BigEndian(rest)..])
        {
            (MessageHeader.Read(rest[4..]) with { Type = MessageType.Reply }).Write(_answer);
            _answer.CopyTo(_answers.Writer.GetSpan(_answer.Length));
            _answers.Writer.Advance(_answer.Length);
        }

        ValueTask<FlushResult> flushed = _answers.Writer.FlushAsync(cancellationToken);
        return flushed.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(flushed.AsTask());
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _answers.Writer.Complete();
        base.Dispose(disposing);
    }
}
