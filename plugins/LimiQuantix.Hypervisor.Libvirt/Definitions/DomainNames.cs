namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>What things are called outside: always after ids, never after what a person typed.</summary>
internal static class DomainNames
{
    /// <summary>The domain of a machine.</summary>
    public static string Domain(Guid machineId) => $"lqx-{machineId:D}";

    /// <summary>The serial number a guest sees of a disk; virtio has room for 20 characters.</summary>
    public static string DiskSerial(Guid volumeId) => volumeId.ToString("N")[^20..];

    /// <summary>The target of the disk at an index: vda … vdz, vdaa …</summary>
    public static string DiskTarget(int index)
    {
        string letters = "";
        for (int rest = index; rest >= 0; rest = (rest / 26) - 1)
            letters = (char)('a' + (rest % 26)) + letters;
        return "vd" + letters;
    }
}
