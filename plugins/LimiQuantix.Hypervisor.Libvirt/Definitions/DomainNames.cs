using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>What things are called outside: always after ids, never after what a person typed.</summary>
internal static class DomainNames
{
    /// <summary>The domain of a machine.</summary>
    public static string Domain(Guid machineId) => $"lqx-{machineId:D}";

    /// <summary>The serial number a guest sees of a disk; virtio has room for 20 characters.</summary>
    public static string DiskSerial(Guid volumeId) => volumeId.ToString("N")[^20..];

    /// <summary>The serial number of the cloud-init seed.</summary>
    public const string SeedSerial = "cidata";

    /// <summary>The alias of a disk by its id in the machine. libvirt leaves aliases that begin so to its users.</summary>
    public static string Alias(Guid id) => $"ua-lqx-{id:D}";

    /// <summary>The first target of a bus that is not taken: vda … vdz, vdaa … for virtio, sda … for SCSI and SATA. It is taken then.</summary>
    public static string TakeTarget(DiskBus bus, HashSet<string> taken)
    {
        string prefix = bus == DiskBus.Virtio ? "vd" : "sd";
        for (int index = 0; ; index++)
        {
            string target = prefix + Letters(index);
            if (taken.Add(target))
                return target;
        }
    }

    private static string Letters(int index)
    {
        string letters = "";
        for (int rest = index; rest >= 0; rest = (rest / 26) - 1)
            letters = (char)('a' + (rest % 26)) + letters;
        return letters;
    }
}
