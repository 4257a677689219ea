using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LimiQuantix.Testing.Tests;

[Category("Integration")]
public sealed class DebianImageTests
{
    private static readonly TimeSpan BootTimeout = TimeSpan.FromMinutes(30);

    [Test]
    public async Task Cloud_init_names_it_grows_its_disk_and_lets_its_key_in()
    {
        string image = await GuestImages.DebianAsync();
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync();
        await using var folder = new TemporaryFolder();
        string key = folder.Combine("key");
        await Command.OutputAsync(Requires.Tool("ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        int port = FreePort();
        var machine = new TestMachine(libvirtd, folder);

        await machine.StartAsync(
            image, $"#cloud-config\nhostname: by-user-data\nssh_authorized_keys: ['{(await File.ReadAllTextAsync(key + ".pub")).Trim()}']\n", port, 1024);
        string log = await machine.WaitForSerialAsync("finished at", BootTimeout);
        string answer = await Command.OutputAsync(Requires.Tool("ssh"), [
            "-i", key, "-p", port.ToString(CultureInfo.InvariantCulture), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=120", "debian@127.0.0.1",
            "hostname; sudo cat /run/cloud-init/result.json; df --output=size -BG / | tail -n 1"]);

        Assert.That(log, Does.Contain("DataSourceNoCloud [seed=/dev/vdb]"));
        Assert.That(answer, Does.StartWith("by-user-data\n"));
        Assert.That(answer, Does.Match("\"errors\": \\[\\]"));
        Assert.That(answer, Does.Match(@"\b4G$"));
        Assert.That(await machine.AgentAsync("""{"execute":"guest-ping"}"""), Is.EqualTo("""{"return":{}}"""));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
