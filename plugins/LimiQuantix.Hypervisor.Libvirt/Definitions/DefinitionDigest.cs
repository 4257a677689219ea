using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// The digest that tells whether two definitions are the same. It covers what the caller asked for and nothing that a later version
/// of this code, the node or the moment decides: ids of places, a pinned machine type and the seed's bytes are left out, because the one is an answer and the
/// other may be written anew (a password's salt) without being another machine.
/// </summary>
internal static class DefinitionDigest
{
    public static string Of(MachineDefinition definition) => Of(definition, withAttachments: true);

    /// <summary>The digest without what may be another at every start: how disks and interfaces are reached.</summary>
    public static string OfShape(MachineDefinition definition) => Of(definition, withAttachments: false);

    private static string Of(MachineDefinition definition, bool withAttachments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("name", definition.DisplayName);
            json.WriteNumber("memory", definition.Memory.SizeBytes);
            json.WriteNumber("cpus", definition.Cpu.Count);
            json.WriteBoolean("seed", definition.Seed is not null);
            json.WriteStartArray("disks");
            foreach ((int index, MachineDisk disk) in definition.Disks.Index())
                Write(json, disk, withAttachments, definition.Nics.All(nic => nic.BootOrder is null) && index == 0 ? 1 : null);
            json.WriteEndArray();
            json.WriteStartArray("nics");
            foreach (MachineNic nic in definition.Nics)
                Write(json, nic, withAttachments);
            json.WriteEndArray();
            WriteLaterMembers(json, definition);
            json.WriteEndObject();
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>
    /// What definitions did not have at first, and only where it is other than what every machine had then: a machine that an earlier version
    /// defined is still the same.
    /// </summary>
    private static void WriteLaterMembers(Utf8JsonWriter json, MachineDefinition definition)
    {
        if (definition.Cpu.Topology is { } topology) json.WriteString("topology", $"{topology.Sockets}x{topology.Cores}x{topology.Threads}");
        if (definition.Cpu.Model is { } model) json.WriteString("cpuModel", model);
        if (definition.Firmware.Kind != FirmwareKind.Bios) json.WriteString("firmware", $"{definition.Firmware.Kind} {definition.Firmware.SecureBoot}");
        WriteUnless(json, "graphics", "Vnc", definition.Graphics.Select(graphics => graphics.Kind.ToString()));
        WriteUnless(json, "serials", "True", definition.Serials.Select(serial => serial.Log.ToString()));
        WriteUnless(json, "channels", VirtioChannel.QemuGuestAgent, definition.Channels.Select(channel => channel is VirtioChannel virtio ? virtio.Name : channel.ToString()));
        WriteUnless(json, "devices", "", definition.Devices.Select(device => device.ToString()));
    }

    private static void WriteUnless(Utf8JsonWriter json, string member, string former, IEnumerable<string> values)
    {
        string now = string.Join(' ', values);
        if (now != former)
            json.WriteString(member, now);
    }

    private static void Write(Utf8JsonWriter json, MachineDisk disk, bool withAttachment, int? usualBootOrder)
    {
        json.WriteStartObject();
        if (disk.VolumeId is { } volume) json.WriteString("volume", volume);
        else json.WriteString("drive", disk.Id);
        json.WriteBoolean("readOnly", disk.Attachment?.IsReadOnly ?? true);
        if (disk.Kind != DiskKind.Disk) json.WriteString("kind", disk.Kind.ToString());
        if (disk.Bus != DiskBus.Virtio) json.WriteString("bus", disk.Bus.ToString());
        if (disk.BootOrder != usualBootOrder) json.WriteNumber("boot", disk.BootOrder ?? 0);
        switch (withAttachment ? disk.Attachment : null)
        {
            case FileDisk file:
                json.WriteString("file", file.Path);
                json.WriteString("format", file.Format.ToString());
                break;
            case BlockDisk block:
                json.WriteString("block", block.Path);
                break;
            case NbdDisk nbd:
                json.WriteString("nbd", nbd.SocketPath);
                json.WriteString("export", nbd.ExportName);
                break;
            case RbdDisk rbd:
                json.WriteString("rbd", $"{rbd.Pool}/{rbd.Image}");
                json.WriteString("user", rbd.User);
                json.WriteString("key", rbd.Key?.Name);
                break;
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MachineNic nic, bool withAttachment)
    {
        json.WriteStartObject();
        json.WriteString("port", nic.PortId);
        json.WriteString("mac", nic.MacAddress);
        if (nic.BootOrder is { } order) json.WriteNumber("boot", order);
        if (withAttachment)
        {
            json.WriteNumber("mtu", nic.Attachment.Mtu ?? 0);
            json.WriteBoolean("offload", nic.Attachment.ChecksumOffload);
        }

        switch (withAttachment ? nic.Attachment : null)
        {
            case UserNic user:
                json.WriteStartArray("forwards");
                foreach (PortForward forward in user.Forwards)
                    json.WriteStringValue($"{forward.Protocol}:{forward.HostAddress}:{forward.HostPort}:{forward.GuestPort}");
                json.WriteEndArray();
                break;
            case BridgeNic bridge:
                json.WriteString("bridge", bridge.Bridge);
                break;
            case OvsNic ovs:
                json.WriteString("ovs", ovs.Bridge);
                json.WriteString("interface", ovs.InterfaceId);
                break;
            case TapNic tap:
                json.WriteString("tap", tap.Device);
                break;
            case VhostUserNic vhost:
                json.WriteString("vhostUser", vhost.SocketPath);
                break;
        }

        json.WriteEndObject();
    }
}
