namespace LimiQuantix.Benchmarks.Allocations;

/// <summary>
/// How many bytes an operation allocates, the same in each run: everything is compiled once and optimised, and of several batches the
/// least counts, so that a timer of another thread is nobody's allocation.
/// </summary>
internal static class AllocationMeter
{
    private const int Batches = 7;

    /// <summary>What the compiler must be told, or it would try several codes of a method, with different allocations.</summary>
    public static readonly IReadOnlyDictionary<string, string> Environment = new Dictionary<string, string>
    {
        ["DOTNET_TieredCompilation"] = "0",
        ["DOTNET_TieredPGO"] = "0",
    };

    /// <summary>Measures one benchmark.</summary>
    /// <returns>Bytes an operation, rounded up.</returns>
    public static async Task<long> MeasureAsync(HotPath path)
    {
        (Func<Task> run, Func<Task> end) = await path.PrepareAsync();
        try
        {
            // What is made once and kept: pools, buffers that grow, caches.
            for (int i = 0; i < 10; i++)
                await run();
            int calls = await CallsAsync(run);
            long least = long.MaxValue;
            for (int batch = 0; batch < Batches; batch++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < calls; i++)
                    await run();
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            // A batch's own few bytes (this method's, awaiting) are less than one a call.
            long operations = (long)calls * path.Operations;
            return (least + operations / 2) / operations;
        }
        finally
        {
            await end();
        }
    }

    /// <summary>As many calls as take about 50 ms, from 20 to 2,000.</summary>
    private static async Task<int> CallsAsync(Func<Task> run)
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        await run();
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
        return (int)Math.Clamp(0.05 / Math.Max(seconds, 1e-9), 20, 2000);
    }
}
