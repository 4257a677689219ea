using System.Net;
using System.Net.Sockets;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>What a definition must be like. Everything that is wrong is told at once.</summary>
internal static class DefinitionRules
{
    public const int MaximumSeedBytes = 4 << 20;

    private const int MaximumRecordLength = 64 << 10;

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>, with every problem.</exception>
    public static void Check(MachineDefinition definition, NodeId node, Guid installationId)
    {
        List<string> problems = [.. General(definition, installationId), .. Unique(definition)];
        for (int index = 0; index < definition.Disks.Count; index++)
        {
            MachineDisk disk = definition.Disks[index];
            if ((disk.Attachment is { } attachment && attachment.NodeId != node ? $"is valid on node '{attachment.NodeId}', and this is '{node}'" : OfDisk(disk)) is { } problem)
                problems.Add($"Disk {index} {problem}.");
        }

        for (int index = 0; index < definition.Nics.Count; index++)
        {
            MachineNic nic = definition.Nics[index];
            if ((nic.Attachment.NodeId == node ? OfNic(nic) : $"is valid on node '{nic.Attachment.NodeId}', and this is '{node}'") is { } problem)
                problems.Add($"Network interface {index} {problem}.");
        }

        if (problems.Count > 0)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, string.Join(' ', problems), target: nameof(definition));
    }

    private static IEnumerable<string> General(MachineDefinition definition, Guid installationId)
    {
        if (definition.Ownership.InstallationId != installationId) yield return "The ownership mark is another installation's.";
        if (definition.Ownership.ResourceId == Guid.Empty) yield return "The machine's id is empty.";
        if (XmlText.Problem(definition.DisplayName, 255) is { } name) yield return $"The display name {name}.";
        if (definition.Memory.SizeBytes is < 16L << 20 or > 64L << 40 || definition.Memory.SizeBytes % (1 << 20) != 0)
            yield return "The memory must be a multiple of 1 MiB, from 16 MiB to 64 TiB.";
        if (definition.Cpu.Topology is { } topology && (long)topology.Sockets * topology.Cores * topology.Threads != definition.Cpu.Count)
            yield return "The processors' sockets, cores and threads must multiply to their number.";
        if (definition.Cpu.Model is { } model && XmlText.Problem(model, 64) is { } cpu) yield return $"The processor's model {cpu}.";
        if (definition.Firmware.Kind is not (FirmwareKind.Bios or FirmwareKind.Uefi)) yield return "The firmware must be a BIOS or UEFI.";
        if (definition.Graphics.Count > 1 || definition.Graphics.Any(graphics => graphics.Kind != GraphicsKind.Vnc)) yield return "There may be at most one display, over VNC.";
        if (definition.Serials.Count > 4) yield return "There may be at most 4 serial ports.";
        if (definition.Serials.Skip(1).Any(serial => serial.Log)) yield return "Only the first serial port keeps a log.";
        if (definition.Channels.FirstOrDefault(channel => channel is not VirtioChannel) is { } channel)
            yield return $"A channel is a {channel.GetType().Name}, which this hypervisor does not accept.";
        if (definition.Channels.OfType<VirtioChannel>().Any(virtio => XmlText.Problem(virtio.Name, 63) is not null)) yield return "A channel's name is no name.";
        if (definition.Channels.OfType<VirtioChannel>().DistinctBy(virtio => virtio.Name).Count() < definition.Channels.Count) yield return "A channel's name is used twice.";
        if (definition.Devices.Count > 1 || definition.Devices.Any(device => device is not WatchdogDevice)) yield return "The only further device there may be is one watchdog.";
        if (definition.Cpu.Count is < 1 or > 255) yield return "The number of processors must be from 1 to 255.";
        if (definition.Disks.Count > 24) yield return "There may be at most 24 disks.";
        if (definition.Nics.Count > 16) yield return "There may be at most 16 network interfaces.";
        if (definition.Nics.Count(nic => nic.Attachment is UserNic) > UserNicArguments.Maximum)
            yield return $"There may be at most {UserNicArguments.Maximum} user-mode network interfaces.";
        if (definition.Seed is VolumeSeed { Content.Length: 0 or > MaximumSeedBytes }) yield return "The seed must be from 1 byte to 4 MiB.";
        if (definition.Seed is not (null or VolumeSeed)) yield return $"The seed is a {definition.Seed!.GetType().Name}, which this hypervisor does not accept.";
        if (definition.Record is { } record && XmlText.Problem(record, MaximumRecordLength) is { } text) yield return $"The record {text}.";
        if (definition.MachineType is { } type && (!type.StartsWith("pc-q35-", StringComparison.Ordinal) || XmlText.Problem(type, 64) is not null))
            yield return "The machine type must be one of the q35 family, such as pc-q35-7.2.";
    }

    private static IEnumerable<string> Unique(MachineDefinition definition)
    {
        if (definition.Disks.Where(disk => disk.VolumeId is not null).GroupBy(disk => disk.VolumeId).Any(group => group.Count() > 1)) yield return "A volume is attached twice.";
        if (definition.Disks.DistinctBy(disk => disk.Id).Count() < definition.Disks.Count) yield return "A disk's id is used twice.";
        List<int> orders = [.. definition.Disks.Select(disk => disk.BootOrder).Concat(definition.Nics.Select(nic => nic.BootOrder)).OfType<int>()];
        if (orders.Exists(order => order < 1) || orders.Distinct().Count() < orders.Count) yield return "Boot orders must be from 1 on, each used once.";
        if (definition.Nics.Any(nic => nic.BootOrder is not null && nic.Attachment is UserNic)) yield return "A user-mode network interface cannot be booted from.";
        if (definition.Nics.DistinctBy(nic => nic.MacAddress).Count() < definition.Nics.Count) yield return "A MAC address is used twice.";
        List<PortForward> forwards = [.. definition.Nics.Select(nic => nic.Attachment).OfType<UserNic>().SelectMany(nic => nic.Forwards)];
        if (forwards.DistinctBy(forward => (forward.Protocol, forward.HostAddress, forward.HostPort)).Count() < forwards.Count)
            yield return "A port of the node is forwarded twice.";
    }

    private static string? OfDisk(MachineDisk disk)
    {
        if (disk.Kind is not (DiskKind.Disk or DiskKind.Cd))
            return "is neither a disk nor a CD drive";
        if (disk.Bus is not (DiskBus.Virtio or DiskBus.Scsi or DiskBus.Sata))
            return "is on a bus other than virtio, SCSI and SATA";
        if (disk is { Kind: DiskKind.Cd, Bus: DiskBus.Virtio })
            return "is a CD drive on virtio, which has none";
        if (disk.VolumeId is null != disk.Attachment is null)
            return "needs both a volume and its attachment, or neither";
        return disk.Attachment is null ? disk.Kind == DiskKind.Cd ? null : "has no volume" : OfAttachment(disk.Attachment);
    }

    private static string? OfAttachment(DiskAttachment attachment) => attachment switch
    {
        FileDisk file when file.Format is not (DiskFormat.Raw or DiskFormat.Qcow2) => "has a format other than raw and qcow2",
        FileDisk file => Named("path", XmlText.PathProblem(file.Path)),
        BlockDisk block => Named("path", XmlText.PathProblem(block.Path)),
        NbdDisk nbd => Named("socket's path", XmlText.SocketProblem(nbd.SocketPath))
            ?? (nbd.ExportName.Length == 0 ? null : Named("export's name", XmlText.Problem(nbd.ExportName, 4096))),
        RbdDisk rbd => OfRbd(rbd),
        _ => $"is a {attachment.GetType().Name}, which this hypervisor does not accept",
    };

    private static string? OfRbd(RbdDisk rbd)
    {
        // Left out, another image would be opened.
        if (rbd.Namespace is not null) return "is in a namespace of its Ceph pool, which this hypervisor does not pass on yet";
        foreach ((string what, string value) in new[] { ("pool", rbd.Pool), ("image", rbd.Image), ("user", rbd.User ?? "none") })
        {
            if ((XmlText.Problem(value, 255) ?? (value.AsSpan().ContainsAny("/@:\\") ? "has one of / @ : \\ in it" : null)) is { } problem)
                return $"has a Ceph {what} that {problem}";
        }

        if (rbd.Monitors.Count is 0 or > 32 || rbd.Monitors.Any(monitor => HostAndPort.Parse(monitor) is null))
            return "needs from 1 to 32 Ceph monitors, each host:port";
        return rbd.User is null != rbd.Key is null ? "needs both a Ceph user and a key, or neither" : null;
    }

    private static string? OfNic(MachineNic nic)
    {
        if (!IsMac(nic.MacAddress))
            return "needs a unicast MAC address of six lower-case hexadecimal pairs with colons";
        if (nic.Attachment.Mtu is < 576 or > 65535)
            return "has an MTU that is not from 576 to 65535";
        return nic.Attachment switch
        {
            UserNic { Forwards.Count: > 256 } => "has more than 256 forwards",
            UserNic user => user.Forwards.Select(OfForward).FirstOrDefault(problem => problem is not null),
            BridgeNic bridge => Named("bridge", XmlText.InterfaceProblem(bridge.Bridge)),
            OvsNic ovs => Named("bridge", XmlText.InterfaceProblem(ovs.Bridge))
                ?? (Guid.TryParseExact(ovs.InterfaceId, "D", out _) ? null : "has an interface id that is no UUID, as libvirt wants it"),
            TapNic tap => Named("device", XmlText.InterfaceProblem(tap.Device)),
            VhostUserNic vhost => Named("socket's path", XmlText.SocketProblem(vhost.SocketPath)),
            _ => $"is a {nic.Attachment.GetType().Name}, which this hypervisor does not accept",
        };
    }

    private static string? OfForward(PortForward forward)
    {
        if (forward.Protocol is not (TransportProtocol.Tcp or TransportProtocol.Udp))
            return "forwards neither TCP nor UDP";
        if (forward.GuestPort is < 1 or > 65535 || forward.HostPort is < 1 or > 65535)
            return "forwards a port that is not from 1 to 65535";
        // QEMU's user-mode network forwards from IPv4 addresses only; the canonical text rules out every other spelling.
        return IPAddress.TryParse(forward.HostAddress, out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == forward.HostAddress
                ? null
                : "forwards from an address that is no IPv4 address";
    }

    private static bool IsMac(string? text) =>
        text is { Length: 17 }
        && text.Select((c, index) => index % 3 == 2 ? c == ':' : char.IsAsciiHexDigitLower(c)).All(valid => valid)
        && (Convert.ToInt32(text[..2], 16) & 1) == 0;

    private static string? Named(string what, string? problem) => problem is null ? null : $"has a {what} that {problem}";
}
