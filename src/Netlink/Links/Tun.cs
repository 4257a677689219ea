using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;

namespace Netlink;

/// <summary>A link whose packets a program reads and writes. Read only: one is made by <see cref="TapDevice"/>, not by a request.</summary>
public sealed record Tun : LinkKind
{
    internal const string KindName = "tun";

    /// <summary>Whether it carries Ethernet frames (a tap) and not IP packets.</summary>
    public bool IsTap { get; init; }

    /// <summary>The user that may open it (IFLA_TUN_OWNER).</summary>
    public uint? Owner { get; init; }

    /// <summary>The group that may open it (IFLA_TUN_GROUP).</summary>
    public uint? Group { get; init; }

    /// <summary>Whether it stays when no program has it open (IFLA_TUN_PERSIST).</summary>
    public bool Persistent { get; init; }

    /// <summary>Whether it may be opened several times, each one a queue (IFLA_TUN_MULTI_QUEUE).</summary>
    public bool MultiQueue { get; init; }

    /// <summary>Whether frames have a virtio header (IFLA_TUN_VNET_HDR).</summary>
    public bool VirtioHeader { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_TUN";

    internal static Tun ReadOptions(AttributeReader options)
    {
        var tun = new Tun();
        while (options.Read())
        {
            tun = options.Type switch
            {
                IFLA_TUN_OWNER => tun with { Owner = options.UInt32 },
                IFLA_TUN_GROUP => tun with { Group = options.UInt32 },
                IFLA_TUN_TYPE => tun with { IsTap = options.Byte == 2 },
                IFLA_TUN_PERSIST => tun with { Persistent = options.Bool },
                IFLA_TUN_MULTI_QUEUE => tun with { MultiQueue = options.Bool },
                IFLA_TUN_VNET_HDR => tun with { VirtioHeader = options.Bool },
                _ => tun,
            };
        }
        return tun;
    }

    private protected override void WriteOptions(NetlinkRequest request) =>
        throw new ArgumentException("A tap or tun is made by TapDevice, not by a request.");
}
