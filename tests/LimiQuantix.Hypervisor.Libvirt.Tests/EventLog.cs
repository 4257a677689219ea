using System.Threading.Channels;
using LimiQuantix.Conformance;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Tests;

/// <summary>Follows a hypervisor and lets a test wait for what it tells.</summary>
internal sealed class EventLog : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
    private readonly Channel<HypervisorEvent> _events = Channel.CreateUnbounded<HypervisorEvent>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;

    public EventLog(IHypervisor hypervisor) => _following = FollowAsync(hypervisor);

    /// <summary>Reads events until one is as wanted, and gives those before it too.</summary>
    public async Task<IReadOnlyList<HypervisorEvent>> UntilAsync(Func<HypervisorEvent, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var seen = new List<HypervisorEvent>();
        try
        {
            do
                seen.Add(await _events.Reader.ReadAsync(deadline.Token));
            while (!wanted(seen[^1]));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The event did not come. Seen: {string.Join("; ", seen)}");
        }

        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync(IHypervisor hypervisor)
    {
        try
        {
            await foreach (HypervisorEvent told in hypervisor.WatchAsync(_stop.Token))
                _events.Writer.TryWrite(told);
            _events.Writer.TryComplete(new InvalidOperationException("The watch ended by itself."));
        }
        catch (OperationCanceledException)
        {
            _events.Writer.TryComplete();
        }
        catch (Exception error)
        {
            _events.Writer.TryComplete(error);
        }
    }
}
