using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// The digest that tells whether two definitions are the same. It covers what the caller asked for and nothing that a later version
/// of this code, the node or the moment decides: a pinned machine type and the seed's bytes are left out, because the one is an answer and the
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
            json.WriteNumber("memory", definition.MemoryBytes);
            json.WriteNumber("cpus", definition.CpuCount);
            json.WriteBoolean("seed", definition.Seed is not null);
            json.WriteStartArray("disks");
            foreach (MachineDisk disk in definition.Disks)
                Write(json, disk, withAttachments);
            json.WriteEndArray();
            json.WriteStartArray("nics");
            foreach (MachineNic nic in definition.Nics)
                Write(json, nic, withAttachments);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, MachineDisk disk, bool withAttachment)
    {
        json.WriteStartObject();
        json.WriteString("volume", disk.VolumeId);
        json.WriteBoolean("readOnly", disk.Attachment.IsReadOnly);
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
