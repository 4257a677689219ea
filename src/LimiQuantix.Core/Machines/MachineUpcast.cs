using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;

namespace LimiQuantix.Core.Machines;

/// <summary>
/// Brings machines that were stored before there were several disks and interfaces into today's shape. What a machine has by default today is
/// written out as it was then: a later default must not change a machine that is there.
/// </summary>
internal static class MachineUpcast
{
    /// <summary>Changes a stored machine.</summary>
    public static void Document(JsonObject machine)
    {
        if (machine["disks"] is not null || machine["spec"] is not JsonObject spec || spec["imageId"] is null) return;
        var volume = machine["volumeId"]?.DeepClone();
        var port = machine["portId"]?.DeepClone();
        machine["disks"] = new JsonArray(new JsonObject
        {
            ["name"] = "disk0",
            ["id"] = volume?.DeepClone(),
            ["volumeId"] = volume,
            ["pool"] = machine["pool"]?.DeepClone(),
            ["sizeBytes"] = spec["diskSizeBytes"]?.DeepClone(),
            ["baseDigest"] = machine["baseDigest"]?.DeepClone(),
            ["imageId"] = spec["imageId"]?.DeepClone(),
        });
        machine["nics"] = new JsonArray(new JsonObject
        {
            ["name"] = "nic0",
            ["id"] = port?.DeepClone(),
            ["portId"] = port,
            ["networkId"] = machine["networkId"]?.DeepClone(),
            ["fabric"] = machine["fabric"]?.DeepClone(),
            ["macAddress"] = machine["macAddress"]?.DeepClone(),
            ["forwards"] = machine["forwards"]?.DeepClone() ?? new JsonArray(),
        });
        Spec(spec, machine["networkId"], machine["pool"]);
        foreach (var former in (string[])["volumeId", "pool", "fabric", "networkId", "portId", "macAddress", "baseDigest", "forwards"]) machine.Remove(former);
    }

    /// <summary>The machine that the result of an ended operation has, in today's shape; the same bytes when nothing is to be changed.</summary>
    public static ReadOnlyMemory<byte> Result(ReadOnlyMemory<byte> json)
    {
        if (JsonNode.Parse(json.Span) is not JsonObject machine || machine["spec"] is not JsonObject spec || spec["imageId"] is null) return json;
        Spec(spec, null, spec["pool"]);
        if (machine["status"]?["addresses"] is JsonArray addresses)
            machine["status"]!["addresses"] = new JsonArray([.. addresses.Select(address => new JsonObject { ["address"] = address?.DeepClone(), ["source"] = "agent" })]);
        return StateJson.ToBytes(machine);
    }

    private static void Spec(JsonObject spec, JsonNode? network, JsonNode? pool)
    {
        spec["cpu"] = new JsonObject { ["count"] = spec["cpuCount"]?.DeepClone() ?? 1 };
        spec["memory"] = new JsonObject { ["sizeBytes"] = spec["memoryBytes"]?.DeepClone() ?? 1L << 30 };
        spec["disks"] = new JsonArray(new JsonObject
        {
            ["name"] = "disk0",
            ["source"] = new JsonObject { ["kind"] = "image", ["imageId"] = spec["imageId"]?.DeepClone() },
            ["sizeBytes"] = spec["diskSizeBytes"]?.DeepClone(),
            ["pool"] = pool?.DeepClone(),
            ["bus"] = "virtio",
        });
        var nic = new JsonObject { ["name"] = "nic0", ["forwards"] = spec["forwards"]?.DeepClone() ?? new JsonArray() };
        if (network is not null) nic["source"] = new JsonObject { ["kind"] = "network", ["networkId"] = network.DeepClone() };
        spec["nics"] = new JsonArray(nic);
        spec["graphics"] = new JsonArray(new JsonObject { ["kind"] = "vnc" });
        spec["serials"] = new JsonArray(new JsonObject { ["log"] = true });
        spec["channels"] = new JsonArray(new JsonObject { ["kind"] = "virtio", ["name"] = "org.qemu.guest_agent.0" });
        foreach (var former in (string[])["imageId", "memoryBytes", "cpuCount", "diskSizeBytes", "pool", "forwards"]) spec.Remove(former);
    }
}
