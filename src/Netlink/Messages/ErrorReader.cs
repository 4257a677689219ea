using System.Runtime.InteropServices;
using Netlink.Sockets;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink.Messages;

/// <summary>Reads NLMSG_ERROR and the end of a dump: struct nlmsgerr and the extended acknowledgement of linux/netlink.h.</summary>
internal static class ErrorReader
{
    private const ushort NLMSGERR_ATTR_MSG = 1;
    private const ushort NLMSGERR_ATTR_OFFS = 2;
    private const ushort NLMSGERR_ATTR_MISS_TYPE = 5;
    private const ushort NLMSGERR_ATTR_MISS_NEST = 6;
    private const string Capability = "CAP_NET_ADMIN in the user namespace of the network namespace";

    /// <summary>What an NLMSG_ERROR says.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">What follows that.</param>
    /// <param name="request">The request it answers.</param>
    /// <param name="warning">What the kernel says of a request that it took.</param>
    /// <returns>Null when the request succeeded.</returns>
    public static NetlinkException? Read(MessageHeader header, ReadOnlySpan<byte> payload, NetlinkRequest request, out string? warning)
    {
        if (payload.Length < 4 + MessageHeader.Size)
            throw NetlinkException.Protocol($"An error message has {payload.Length} bytes, fewer than its {4 + MessageHeader.Size}.");
        int errno = -MemoryMarshal.Read<int>(payload);
        ReadOnlySpan<byte> attributes = [];
        if ((header.Flags & MessageHeader.NLM_F_ACK_TLVS) != 0)
        {
            // The request comes back whole unless it is said to be capped to its header; a success never carries more than that.
            int echoed = MessageHeader.Size;
            if ((header.Flags & MessageHeader.NLM_F_CAPPED) == 0 && errno != 0)
                echoed = (int)Math.Clamp(MemoryMarshal.Read<uint>(payload[4..]), MessageHeader.Size, (uint)payload.Length);
            attributes = payload[Math.Min(4 + MessageHeader.Align(echoed), payload.Length)..];
        }
        return Read(errno, attributes, request, out warning);
    }

    /// <summary>What NLMSG_DONE says: an error with which the dump ended, or null.</summary>
    public static NetlinkException? ReadDone(MessageHeader header, ReadOnlySpan<byte> payload, NetlinkRequest request)
    {
        if (payload.Length < 4)
            return null;
        int errno = -MemoryMarshal.Read<int>(payload);
        // A dump may end with a positive number, which means nothing.
        return errno <= 0 ? null : Read(errno, (header.Flags & MessageHeader.NLM_F_ACK_TLVS) != 0 ? payload[4..] : [], request, out _);
    }

    private static NetlinkException? Read(int errno, ReadOnlySpan<byte> attributes, NetlinkRequest request, out string? warning)
    {
        string? text = null, attribute = null, nest = null;
        int? missing = null;
        var reader = new AttributeReader(attributes);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NLMSGERR_ATTR_MSG: text = reader.String; break;
                case NLMSGERR_ATTR_OFFS: attribute = AttributeAt(request, reader.UInt32); break;
                case NLMSGERR_ATTR_MISS_TYPE: missing = (int)Math.Min(reader.UInt32, int.MaxValue); break;
                case NLMSGERR_ATTR_MISS_NEST: nest = AttributeAt(request, reader.UInt32); break;
            }
        }
        if (errno < 0)
            throw NetlinkException.Protocol($"{request.Name} was answered with the error number {-(long)errno}; one is negative, or 0.");
        warning = errno == 0 ? text : null;
        if (errno == 0)
            return null;
        NetlinkErrorKind kind = KindOf(errno, request, text);
        return new NetlinkException(kind, Message(errno, kind, request, text, attribute, missing, nest))
        {
            Errno = errno,
            KernelMessage = text,
            Request = request.Name,
            Attribute = attribute,
            MissingAttribute = missing,
            MissingAttributeNest = nest,
        };
    }

    private static string? AttributeAt(NetlinkRequest request, uint offset) =>
        offset < (uint)request.Length ? request.AttributeAt((int)offset) : null;

    private static NetlinkErrorKind KindOf(int errno, NetlinkRequest request, string? text) => (errno, request.Type) switch
    {
        (99, RTM_DELADDR) => NetlinkErrorKind.NotFound, // EADDRNOTAVAIL
        (13, _) => NetlinkErrorKind.NotSupported, // EACCES is no lack of a right here: IPv6 that is switched off
        // ENOENT for a kind that nobody has registered: "Specified qdisc kind is unknown", "TC classifier not found", "Failed to load TC action module".
        (2, RTM_NEWQDISC or RTM_NEWTFILTER or RTM_NEWTCLASS) when request.Feature is not null && IsUnknownKind(text) => NetlinkErrorKind.NotSupported,
        _ => NetlinkException.KindOf(errno),
    };

    private static bool IsUnknownKind(string? text) =>
        text is null || text.Contains("unknown", StringComparison.OrdinalIgnoreCase) || text.Contains("not found", StringComparison.Ordinal) || text.Contains("load", StringComparison.Ordinal);

    private static string Message(int errno, NetlinkErrorKind kind, NetlinkRequest request, string? text, string? attribute, int? missing, string? nest)
    {
        string message = $"{request.Name} failed: {NetlinkException.Describe(errno)}";
        if (text is not null)
            message += $" The kernel says: {text.TrimEnd('.')}.";
        if (attribute is not null)
            message += $" It points at {attribute}.";
        if (missing is not null)
            message += $" It wants attribute {missing}{(nest is null ? "" : $" in {nest}")}.";
        if (kind == NetlinkErrorKind.NotPermitted)
        {
            // The kernel says EPERM as well to what it never allows at this moment, such as an entry that ages on a port that does not forward.
            message += Capabilities.HasNetAdmin() == true
                ? $" This process has CAP_NET_ADMIN in its own user namespace: it lacks {Capability}, or the kernel does not allow this as things are."
                : $" This needs {Capability}.";
        }
        if (kind == NetlinkErrorKind.NotSupported && request.Feature is not null && errno != 13 && IsUnknownKind(text))
            message += $" This kernel lacks {request.Feature}, or its module is not loaded.";
        return message;
    }
}
