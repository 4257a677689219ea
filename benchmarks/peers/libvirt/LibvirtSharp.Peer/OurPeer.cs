using System.Diagnostics;

namespace LibvirtSharp.Peer;

/// <summary>LibvirtSharp.</summary>
internal sealed class OurPeer(LibvirtConnection connection, Domain domain) : IPeer
{
    private const int InFlight = 1000;

    public static async Task<IPeer> OpenAsync(string uri, string domain)
    {
        LibvirtConnection connection = await LibvirtConnection.OpenAsync(uri);
        return new OurPeer(connection, await connection.LookupDomainByNameAsync(domain));
    }

    public async Task GetInfoAsync(long[] ticks)
    {
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await domain.GetInfoAsync();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }
    }

    public async Task<int> ListInfoAsync()
    {
        IReadOnlyList<Domain> domains = await connection.ListAllDomainsAsync();
        DomainInfo[] infos = await Task.WhenAll(domains.Select(each => each.GetInfoAsync()));
        return infos.Length;
    }

    public async Task InFlightAsync(int calls)
    {
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= calls)
                await domain.GetInfoAsync();
        }));
    }

    public async Task<int> AllStatsAsync() => (await connection.GetAllDomainStatisticsAsync()).Count;

    public async Task UploadAsync(string volume, string file)
    {
        StorageVolume target = await connection.LookupVolumeByPathAsync(volume);
        await using FileStream source = File.OpenRead(file);
        // Plain, as the peers do it: no zeros are looked for.
        await using LibvirtStream stream = await target.OpenUploadAsync();
        var buffer = new byte[262120]; // what one message carries, as python reads it
        while (source.Read(buffer) is > 0 and int count)
            await stream.WriteAsync(buffer.AsMemory(0, count));
        await stream.FinishAsync();
    }

    public async Task DownloadAsync(string volume, string file, bool sparse)
    {
        StorageVolume source = await connection.LookupVolumeByPathAsync(volume);
        await using FileStream target = File.Create(file);
        if (sparse)
        {
            await source.DownloadAsync(target);
            return;
        }
        await using LibvirtStream stream = await source.OpenDownloadAsync();
        await stream.CopyToAsync(target);
        await stream.FinishAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
