using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LibvirtSharp.Peer;

/// <summary>The baseline: libvirt's C library called through P/Invoke, blocking, one connection, one thread or many.</summary>
internal sealed partial class NativePeer : IPeer
{
    private const int Threads = 16;
    private readonly nint _connection;
    private readonly nint _domain;

    public NativePeer(string uri, string domain)
    {
        _connection = Check(ConnectOpen(uri));
        _domain = Check(DomainLookupByName(_connection, domain));
    }

    public Task GetInfoAsync(long[] ticks)
    {
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Info(_domain);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        return Task.CompletedTask;
    }

    public unsafe Task<int> ListInfoAsync()
    {
        nint* domains;
        int count = ConnectListAllDomains(_connection, &domains, 0);
        for (int i = 0; i < count; i++)
        {
            Info(domains[i]);
            _ = DomainFree(domains[i]);
        }
        NativeMemory.Free(domains);
        return Task.FromResult(count);
    }

    public async Task InFlightAsync(int calls)
    {
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (Interlocked.Increment(ref next) <= calls)
                    Info(_domain);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    public unsafe Task<int> AllStatsAsync()
    {
        nint* records;
        int count = ConnectGetAllDomainStats(_connection, 0, &records, 0);
        DomainStatsRecordListFree(records);
        return Task.FromResult(count);
    }

    public Task UploadAsync(string volume, string file) => throw new NotSupportedException("Streams are compared with python and virsh.");

    public Task DownloadAsync(string volume, string file, bool sparse) => throw new NotSupportedException("Streams are compared with python and virsh.");

    public ValueTask DisposeAsync()
    {
        _ = DomainFree(_domain);
        _ = ConnectClose(_connection);
        return ValueTask.CompletedTask;
    }

    private static unsafe void Info(nint domain)
    {
        DomainInfoStruct info;
        if (DomainGetInfo(domain, &info) != 0)
            throw new InvalidOperationException("virDomainGetInfo failed.");
    }

    private static nint Check(nint pointer) => pointer != 0 ? pointer : throw new InvalidOperationException("libvirt gave no object.");

    [StructLayout(LayoutKind.Sequential)]
    private struct DomainInfoStruct
    {
        public byte State;
        public CULong MaxMem;
        public CULong Memory;
        public ushort VirtualCpus;
        public ulong CpuTime;
    }

    [LibraryImport("libvirt.so.0", EntryPoint = "virConnectOpen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ConnectOpen(string name);

    [LibraryImport("libvirt.so.0", EntryPoint = "virConnectClose")]
    private static partial int ConnectClose(nint connection);

    [LibraryImport("libvirt.so.0", EntryPoint = "virDomainLookupByName", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DomainLookupByName(nint connection, string name);

    [LibraryImport("libvirt.so.0", EntryPoint = "virDomainGetInfo")]
    private static unsafe partial int DomainGetInfo(nint domain, DomainInfoStruct* info);

    [LibraryImport("libvirt.so.0", EntryPoint = "virDomainFree")]
    private static partial int DomainFree(nint domain);

    [LibraryImport("libvirt.so.0", EntryPoint = "virConnectListAllDomains")]
    private static unsafe partial int ConnectListAllDomains(nint connection, nint** domains, uint flags);

    [LibraryImport("libvirt.so.0", EntryPoint = "virConnectGetAllDomainStats")]
    private static unsafe partial int ConnectGetAllDomainStats(nint connection, uint stats, nint** records, uint flags);

    [LibraryImport("libvirt.so.0", EntryPoint = "virDomainStatsRecordListFree")]
    private static unsafe partial void DomainStatsRecordListFree(nint* records);
}
