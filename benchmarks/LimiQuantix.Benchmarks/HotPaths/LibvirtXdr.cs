using BenchmarkDotNet.Attributes;
using LibvirtSharp;
using LibvirtSharp.Protocol;
using LibvirtSharp.Xdr;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>LibvirtSharp's messages, written and read.</summary>
public class LibvirtXdr
{
    private readonly XdrWriter _writer = new();
    private readonly DomainRef _domain = new() { Name = "lq-0197a8d2c4b1", Uuid = Guid.NewGuid(), Id = 7 };
    private byte[] _information = [];
    private byte[] _domains = [];
    private byte[] _statistics = [];

    [GlobalSetup]
    public void SetUp()
    {
        _information = Bytes(writer =>
        {
            writer.UChar(1);
            writer.UHyper(2 << 20);
            writer.UHyper(2 << 20);
            writer.UShort(4);
            writer.UHyper(123_456_789_000);
        });
        _domains = Bytes(writer =>
        {
            writer.Count(100, 100);
            for (int i = 0; i < 100; i++)
                new DomainRef { Name = $"lq-0197a8d2c4{i:x2}", Uuid = Guid.NewGuid(), Id = i }.Write(writer);
            writer.UInt(100);
        });
        _statistics = Bytes(writer =>
        {
            _domain.Write(writer);
            writer.Count(60, 60);
            for (int i = 0; i < 60; i++)
                new TypedParam { Field = $"block.{i / 12}.rd.bytes{i % 12}", Value = new TypedParamValue { Type = TypedParameterType.ULLong, Ul = (ulong)i << 30 } }.Write(writer);
        });
    }

    [Benchmark]
    [Work("LibvirtSharp: write a call's domain as XDR")]
    public int Write()
    {
        _writer.Reset(0, 0, 0);
        _domain.Write(_writer);
        return _writer.Length;
    }

    [Benchmark]
    [Work("LibvirtSharp: read a domain's information from XDR")]
    public ulong ReadInformation()
    {
        var reader = new XdrReader(_information);
        return DomainGetInfoRet.Read(ref reader).CpuTime;
    }

    [Benchmark]
    [Work("LibvirtSharp: read a list of 100 domains from XDR")]
    public int ReadDomains()
    {
        var reader = new XdrReader(_domains);
        return ConnectListAllDomainsRet.Read(ref reader).Domains.Length;
    }

    [Benchmark]
    [Work("LibvirtSharp: read a domain's 60 statistics from XDR")]
    public int ReadStatistics()
    {
        var reader = new XdrReader(_statistics);
        return DomainStatsRecord.Read(ref reader).Params.Length;
    }

    private static byte[] Bytes(Action<XdrWriter> write)
    {
        var writer = new XdrWriter();
        writer.Reset(0, 0, 0);
        write(writer);
        return writer.Written.ToArray();
    }
}
