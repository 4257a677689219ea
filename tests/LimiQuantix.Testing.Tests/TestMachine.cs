using System.Globalization;
using System.Xml.Linq;

namespace LimiQuantix.Testing.Tests;

/// <summary>A machine made with virsh alone: an overlay on a guest image, a NoCloud seed, a serial log and the guest agent.</summary>
internal sealed class TestMachine(PrivateLibvirtd libvirtd, TemporaryFolder folder)
{
    public const string Name = "guest";

    public string SerialLog => folder.Combine("serial.log");

    public async Task StartAsync(string image, string userData, int sshPort = 0, int memoryMegabytes = 512)
    {
        string disk = folder.Combine("disk.qcow2"), seed = folder.Combine("seed.iso");
        string metaData = "instance-id: iid-test\nlocal-hostname: by-metadata\n";
        await folder.WriteAsync("user-data", System.Text.Encoding.UTF8.GetBytes(userData));
        await folder.WriteAsync("meta-data", System.Text.Encoding.UTF8.GetBytes(metaData));
        await Command.OutputAsync(Requires.Tool("genisoimage"), ["-quiet", "-V", "cidata", "-J", "-r", "-o", seed, folder.Combine("user-data"), folder.Combine("meta-data")]);
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", "-b", image, "-F", "qcow2", disk, "4G"]);
        XNamespace qemu = "http://libvirt.org/schemas/domain/qemu/1.0";
        var domain = new XElement("domain", new XAttribute("type", "qemu"), new XAttribute(XNamespace.Xmlns + "qemu", qemu),
            new XElement("name", Name),
            new XElement("memory", new XAttribute("unit", "MiB"), memoryMegabytes),
            new XElement("os", new XElement("type", new XAttribute("machine", "q35"), "hvm")),
            new XElement("features", new XElement("acpi")),
            new XElement("cpu", new XAttribute("mode", "maximum")),
            new XElement("devices",
                Disk(disk, "qcow2", "vda"),
                Disk(seed, "raw", "vdb"),
                new XElement("serial", new XAttribute("type", "file"), new XElement("source", new XAttribute("path", SerialLog))),
                new XElement("channel", new XAttribute("type", "unix"),
                    new XElement("target", new XAttribute("type", "virtio"), new XAttribute("name", "org.qemu.guest_agent.0"))),
                new XElement("graphics", new XAttribute("type", "vnc"),
                    new XElement("listen", new XAttribute("type", "socket"), new XAttribute("socket", folder.Combine("vnc.sock"))))));
        if (sshPort != 0)
        {
            domain.Add(new XElement(qemu + "commandline",
                Argument(qemu, "-netdev"), Argument(qemu, string.Create(CultureInfo.InvariantCulture, $"user,id=n0,hostfwd=tcp:127.0.0.1:{sshPort}-:22")),
                Argument(qemu, "-device"), Argument(qemu, "virtio-net-pci,netdev=n0,addr=0x10")));
        }

        string definition = await folder.WriteAsync("domain.xml", System.Text.Encoding.UTF8.GetBytes(domain.ToString()));
        await libvirtd.VirshAsync("create", definition);
    }

    public async Task<string> WaitForSerialAsync(string text, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        string log = "";
        while (!log.Contains(text, StringComparison.Ordinal))
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"The guest did not print '{text}' in {timeout}. Its serial console ends with:\n{log[^Math.Min(log.Length, 3000)..]}");
            await Task.Delay(250, CancellationToken.None);
            if (File.Exists(SerialLog))
                log = await File.ReadAllTextAsync(SerialLog, CancellationToken.None);
        }

        return log;
    }

    public Task<string> AgentAsync(string command) => libvirtd.VirshAsync("qemu-agent-command", "--timeout", "60", Name, command);

    private static XElement Disk(string path, string format, string target) =>
        new("disk", new XAttribute("type", "file"), new XAttribute("device", "disk"),
            new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", format)),
            new XElement("source", new XAttribute("file", path)),
            new XElement("target", new XAttribute("dev", target), new XAttribute("bus", "virtio")));

    private static XElement Argument(XNamespace qemu, string value) => new(qemu + "arg", new XAttribute("value", value));
}
