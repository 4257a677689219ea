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
            await _upstream.Transport.Input.CopyToAsync(_down.Writer);
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
            while (true)
            {
                var read = await _up.Reader.ReadAsync();
                _upstream.InputFilter!.Process(read.Buffer, _upstream.Transport.Output);
                _up.Reader.AdvanceTo(read.Buffer.End);
                await _upstream.Transport.Output.FlushAsync();
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The viewer or the machine went away.
        }
    }
}
