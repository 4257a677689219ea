namespace LibvirtSharp.Tests.Support;

/// <summary>Domain definitions for tests.</summary>
internal static class Domains
{
    /// <summary>A QEMU machine under TCG without a disk: its firmware runs and finds nothing to boot.</summary>
    public static string Qemu(string name, string devices = "") => $"""
        <domain type='qemu'>
          <name>{name}</name>
          <memory unit='MiB'>64</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            {devices}
          </devices>
        </domain>
        """;

    public static string Test(string name, string devices = "") => $"""
        <domain type='test'>
          <name>{name}</name>
          <memory unit='MiB'>64</memory>
          <os><type>hvm</type></os>
          <devices>{devices}</devices>
        </domain>
        """;
}
