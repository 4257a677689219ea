namespace LibvirtSharp.Peer;

/// <summary>One client library doing the benchmark's work on one connection. The domain is named, the volumes are by path.</summary>
internal interface IPeer : IAsyncDisposable
{
    /// <summary>One getInfo after the other; each call's duration into <paramref name="ticks"/>.</summary>
    Task GetInfoAsync(long[] ticks);

    /// <summary>Lists all domains and asks each for its info; gives how many.</summary>
    Task<int> ListInfoAsync();

    /// <summary>Many getInfo calls, a thousand in flight (or as many threads as serve best).</summary>
    Task InFlightAsync(int calls);

    /// <summary>All statistics of all domains; gives how many.</summary>
    Task<int> AllStatsAsync();

    Task UploadAsync(string volume, string file);

    Task DownloadAsync(string volume, string file, bool sparse);
}
