using NUnit.Framework;

namespace LimiQuantix.Testing;

/// <summary>
/// What a test needs of the machine. A missing part skips the test at home and fails it where the environment says CI=true.
/// </summary>
public static class Requires
{
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["libvirtd"] = "libvirt-daemon-system",
        ["virsh"] = "libvirt-clients",
        ["qemu-system-x86_64"] = "qemu-system-x86",
        ["qemu-img"] = "qemu-utils",
        ["qemu-io"] = "qemu-utils",
        ["qemu-nbd"] = "qemu-utils",
        ["isoinfo"] = "genisoimage",
        ["blkid"] = "util-linux",
        ["setpriv"] = "util-linux",
        ["unshare"] = "util-linux",
        ["mount"] = "mount",
        ["mcopy"] = "mtools",
        ["ssh"] = "openssh-client",
        ["saslpasswd2"] = "sasl2-bin",
        ["dbus-daemon"] = "dbus-daemon",
        ["gcc"] = "gcc libc6-dev",
        ["objdump"] = "binutils",
        ["dpkg-deb"] = "dpkg",
        ["aarch64-linux-gnu-gcc"] = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
        ["qemu-aarch64-static"] = "qemu-user-static",
        ["mke2fs"] = "e2fsprogs",
        ["nsenter"] = "util-linux",
        ["virt-ssh-helper"] = "libvirt-daemon",
        ["ssh-keygen"] = "openssh-client",
        ["ssh-agent"] = "openssh-client",
        ["ssh-add"] = "openssh-client",
        ["sshd"] = "openssh-server",
        ["7z"] = "7zip",
        ["Xtigervnc"] = "tigervnc-standalone-server",
        ["xwd"] = "x11-apps",
        ["xlogo"] = "x11-apps",
        ["xeyes"] = "x11-apps",
        ["ip"] = "iproute2",
        ["bridge"] = "iproute2",
        ["tc"] = "iproute2",
        ["nft"] = "nftables",
        ["ping"] = "iputils-ping",
        ["ovsdb-server"] = "openvswitch-common",
        ["ovsdb-tool"] = "openvswitch-common",
        ["ovsdb-client"] = "openvswitch-common",
        ["ovs-appctl"] = "openvswitch-common",
        ["ovn-nbctl"] = "ovn-common",
        ["ovn-northd"] = "ovn-central",
        ["x11vnc"] = "x11vnc",
        ["djpeg"] = "libjpeg-turbo-progs",
        ["cjpeg"] = "libjpeg-turbo-progs",
    };

    private static bool InCi => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path of a program; skips (in CI: fails) the test when it is not installed.</summary>
    public static string Tool(string name)
    {
        if (FindTool(name) is { } path)
            return path;
        string package = Packages.GetValueOrDefault(name, name);
        Missing($"{name} is not installed: apt-get install {package}");
        return name;
    }

    /// <summary>The full path of a program, or null when it is not installed.</summary>
    public static string? FindTool(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin", "/usr/local/sbin"])
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The test runs as root, or is skipped (in CI: fails).</summary>
    public static void Root()
    {
        if (!Environment.IsPrivilegedProcess)
            Missing("this test needs root: run it as root or with sudo");
    }

    /// <summary>Everything that <see cref="PrivateLibvirtd"/> needs for machines under QEMU is here, or the test is skipped (in CI: fails).</summary>
    public static void Libvirtd()
    {
        Root();
        Tool("libvirtd");
        Tool("qemu-system-x86_64");
        Tool("qemu-img");
        Tool("unshare");
    }

    /// <summary>Skips the test at home, fails it in CI; <paramref name="reason"/> says what is missing and how to get it.</summary>
    public static void Missing(string reason)
    {
        if (InCi)
            Assert.Fail(reason);
        else
            Assert.Ignore(reason);
    }
}
