namespace LimiQuantix.Rfb;

/// <summary>Runs something made of many waits under one time-out.</summary>
internal static class Deadline
{
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> run, TimeSpan timeout, TimeProvider time, string what, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await run(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested && limit.IsCancellationRequested)
        {
            throw new RfbException(RfbErrorCode.Timeout, $"{what} took longer than {timeout.TotalSeconds:0.###} seconds.", e);
        }
    }
}
