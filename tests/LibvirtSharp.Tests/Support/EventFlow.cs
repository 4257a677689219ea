namespace LibvirtSharp.Tests.Support;

/// <summary>Suspends and resumes the test driver's domain again and again, through outages too, until it is disposed; it takes the connection over.</summary>
internal sealed class EventFlow : IAsyncDisposable
{
    private readonly LibvirtConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public EventFlow(LibvirtConnection connection)
    {
        _connection = connection;
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Domain domain = await _connection.LookupDomainByNameAsync("test", _stop.Token);
                if ((await domain.GetStateAsync(_stop.Token)).State == DomainState.Paused)
                    await domain.ResumeAsync(_stop.Token);
                else
                    await domain.SuspendAsync(_stop.Token);
            }
            catch (LibvirtException error) when (error.IsTransient)
            {
                // The outage that the test makes.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            // A pace that a reader on a loaded machine keeps.
            await Task.Delay(2, CancellationToken.None);
        }
    }
}
