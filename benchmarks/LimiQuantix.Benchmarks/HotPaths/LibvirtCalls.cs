using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;
using LimiQuantix.Benchmarks.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>LibvirtSharp's calls and replies, with a daemon that answers at once: what a call costs beside the daemon and the socket.</summary>
public class LibvirtCalls
{
    private const int Many = 100;

    private readonly DomainRef _domain = new() { Name = "lq-0197a8d2c4b1", Uuid = Guid.NewGuid(), Id = 7 };
    private readonly ValueTask<int>[] _calls = new ValueTask<int>[Many];
    private RpcChannel? _channel;

    [GlobalSetup]
    public void SetUp()
    {
        _channel = new RpcChannel(new AnsweringStream([0, 0, 0, 1]), new ChannelOptions(TimeProvider.System, NullLogger.Instance, 1 << 20, TimeSpan.Zero, 0, 1 << 20));
        _channel.Start();
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _channel!.DisposeAsync();

    [Benchmark]
    [Work("LibvirtSharp: a call and its reply")]
    public async Task<int> Call() => await CallAsync();

    [Benchmark(OperationsPerInvoke = Many)]
    [Work("LibvirtSharp: a call and its reply, 100 under way at once")]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once.")]
    public async Task<int> CallMany()
    {
        int sum = 0;
        for (int i = 0; i < Many; i++)
            _calls[i] = CallAsync();
        for (int i = 0; i < Many; i++)
            sum += await _calls[i];
        return sum;
    }

    private ValueTask<int> CallAsync()
    {
        XdrWriter writer = XdrWriterPool.Rent(Programs.Remote, (int)RemoteProcedure.DomainGetAutostart);
        _domain.Write(writer);
        return _channel!.CallAsync(writer, static (ref XdrReader reader) => reader.Int(), TimeSpan.FromSeconds(30), CancellationToken.None);
    }
}
