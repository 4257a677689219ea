using System.Buffers;
using System.IO.Pipelines;
using LimiQuantix.Consoles;

namespace LimiQuantix.Console.Vnc.Tests.Support;

/// <summary>Copies between a viewer and an opened console as the engine does: down as it is, up through the filter.</summary>
internal sealed class PumpedViewer : IAsyncDisposable
{
    private readonly ConsoleUpstream _upstream;
    private readonly Pipe _up = new();
    private readonly Pipe _down = new();
    private readonly Task _copying;

    public PumpedViewer(ConsoleUpstream upstream)
    {
        _upstream = upstream;
        Stream = new DuplexStream(_down.Reader.AsStream(), _up.Writer.AsStream());
        _copying = Task.WhenAll(CopyDownAsync(), CopyUpAsync());
    }

    /// <summary>The viewer's side.</summary>
    public Stream Stream { get; }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        await _upstream.DisposeAsync();
        await _copying;
    }

    private async Task CopyDownAsync()
    {
        try
        {
            while (true)
            {
                await _upstream.ReceiveAsync(Memory<byte>.Empty);
                var count = await _upstream.ReceiveAsync(_down.Writer.GetMemory(4096));
                if (count == 0) break;
                _down.Writer.Advance(count);
                if ((await _down.Writer.FlushAsync()).IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            // The viewer or the machine went away.
        }
        await _down.Writer.CompleteAsync();
    }

    private async Task CopyUpAsync()
    {
        try
        {
            var passed = new ArrayBufferWriter<byte>();
            while (true)
            {
                var read = await _up.Reader.ReadAsync();
                passed.ResetWrittenCount();
                _upstream.InputFilter!.Process(read.Buffer, passed);
                _up.Reader.AdvanceTo(read.Buffer.End);
                if (passed.WrittenCount > 0) await _upstream.SendAsync(passed.WrittenMemory);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The viewer or the machine went away.
        }
    }
}
