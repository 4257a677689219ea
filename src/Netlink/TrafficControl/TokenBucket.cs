using System.Runtime.InteropServices;
using Netlink.Messages;
using static Netlink.Constants.TrafficControlAttributes;

namespace Netlink;

/// <summary>Limits what a link sends to a rate (tc-tbf(8); struct tc_tbf_qopt of linux/pkt_sched.h).</summary>
public sealed record TokenBucket : QdiscKind
{
    internal const string KindName = "tbf";
    private const double TicksPerSecond = 1e9 / 64; // PSCHED_SHIFT of net/pkt_sched.h
    private const byte Ethernet = 1; // TC_LINKLAYER_ETHERNET

    /// <summary>The rate in bytes a second.</summary>
    public required ulong BytesPerSecond { get; init; }

    /// <summary>How many bytes may go at once; at least the largest packet, with segmentation offload 64 KiB.</summary>
    public required uint BurstBytes { get; init; }

    /// <summary>How many bytes wait at most; more are dropped. Null for what the rate sends in 50 ms, and the burst.</summary>
    public uint? LimitBytes { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_NET_SCH_TBF";

    internal static TokenBucket ReadOptions(AttributeReader options)
    {
        Parameters parameters = default;
        ulong? rate = null;
        while (options.Read())
        {
            if (options.Type == TCA_TBF_PARMS)
                parameters = MemoryMarshal.Read<Parameters>(options.Fixed(36));
            else if (options.Type == TCA_TBF_RATE64)
                rate = options.UInt64;
        }
        ulong bytesPerSecond = rate ?? parameters.Rate.BytesPerSecond;
        return new TokenBucket
        {
            BytesPerSecond = bytesPerSecond,
            // The kernel keeps the time that the burst takes at the rate.
            BurstBytes = (uint)Math.Min(Math.Round(parameters.Buffer / TicksPerSecond * bytesPerSecond), uint.MaxValue),
            LimitBytes = parameters.Limit,
        };
    }

    internal override void WriteOptions(NetlinkRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfZero(BytesPerSecond, nameof(BytesPerSecond));
        ArgumentOutOfRangeException.ThrowIfZero(BurstBytes, nameof(BurstBytes));
        double ticks = BurstBytes / (double)BytesPerSecond * TicksPerSecond;
        var parameters = new Parameters
        {
            Rate = new RateSpec { LinkLayer = Ethernet, BytesPerSecond = (uint)Math.Min(BytesPerSecond, uint.MaxValue) },
            Limit = LimitBytes ?? (uint)Math.Min((BytesPerSecond / 20) + BurstBytes, uint.MaxValue),
            Buffer = (uint)Math.Min(ticks, uint.MaxValue),
        };
        request.BeginNest(TCA_OPTIONS).AddValue(TCA_TBF_PARMS, parameters).AddUInt32(TCA_TBF_BURST, BurstBytes);
        if (BytesPerSecond > uint.MaxValue)
            request.AddUInt64(TCA_TBF_RATE64, BytesPerSecond);
        request.EndNest();
    }

    /// <summary>struct tc_ratespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RateSpec
    {
        public byte CellLog;
        public byte LinkLayer;
        public ushort Overhead;
        public short CellAlign;
        public ushort MinimumUnit;
        public uint BytesPerSecond;
    }

    /// <summary>struct tc_tbf_qopt.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Parameters
    {
        public RateSpec Rate;
        public RateSpec PeakRate;
        public uint Limit;
        public uint Buffer;
        public uint MaxUnit;
    }
}
