using System.Globalization;

namespace Netlink;

/// <summary>The number of a queueing discipline or class, as tc(8) writes it: <c>1:</c>, <c>1:20</c> (TC_H_MAKE of linux/pkt_sched.h), both hexadecimal.</summary>
public readonly record struct TrafficHandle
{
    /// <summary>A number from its halves.</summary>
    public TrafficHandle(ushort major, ushort minor)
        : this(((uint)major << 16) | minor)
    {
    }

    private TrafficHandle(uint value) => Value = value;

    /// <summary>None: the kernel chooses.</summary>
    public static TrafficHandle None => default;

    /// <summary>TC_H_ROOT: where what a link sends begins.</summary>
    public static TrafficHandle Root => new(0xFFFFFFFF);

    /// <summary>TC_H_INGRESS: the parent of the discipline <c>ingress</c>.</summary>
    public static TrafficHandle IngressParent => new(0xFFFFFFF1);

    /// <summary><c>ffff:</c>, the discipline <c>ingress</c> itself, which filters of what is received belong to.</summary>
    public static TrafficHandle Ingress => new(0xFFFF0000);

    /// <summary>TC_H_MIN_INGRESS of <c>clsact</c>: filters of what is received.</summary>
    public static TrafficHandle ClsactIngress => new(0xFFFFFFF2);

    /// <summary>TC_H_MIN_EGRESS of <c>clsact</c>: filters of what is sent.</summary>
    public static TrafficHandle ClsactEgress => new(0xFFFFFFF3);

    /// <summary>Both halves in one number, as the kernel has it.</summary>
    public uint Value { get; }

    /// <summary>The first half.</summary>
    public ushort Major => (ushort)(Value >> 16);

    /// <summary>The second half.</summary>
    public ushort Minor => (ushort)Value;

    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        0xFFFFFFFF => "root",
        0 => "none",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Major:x}:{(Minor == 0 ? "" : Minor.ToString("x", CultureInfo.InvariantCulture))}"),
    };

    internal static TrafficHandle FromKernel(uint value) => new(value);
}
