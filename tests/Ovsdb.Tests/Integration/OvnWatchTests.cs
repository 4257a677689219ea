using System.Collections.Concurrent;
using System.Diagnostics;
using LimiQuantix.Testing;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class OvnWatchTests
{
    [Test]
    public async Task Sample_says_each_change_of_a_northbound_as_a_sentence_and_goes_on_after_a_restart()
    {
        await using OvsdbServer northbound = await OvsdbServer.StartAsync();
        await using OvsdbServer southbound = await OvsdbServer.StartAsync("ovn-sb.ovsschema");
        string nbctl = Requires.Tool("ovn-nbctl");
        using Process northd = Process.Start(new ProcessStartInfo(Requires.Tool("ovn-northd"),
            [$"--ovnnb-db={northbound.Endpoint}", $"--ovnsb-db={southbound.Endpoint}", $"--unixctl={northbound.Folder.Combine("northd.ctl")}", "-vconsole:off", "-vsyslog:off"]))!;
        using Process watch = Process.Start(new ProcessStartInfo(Requires.Tool("dotnet"), [Path.Combine(AppContext.BaseDirectory, "OvnWatch.dll"), northbound.Endpoint]) { RedirectStandardOutput = true })!;
        try
        {
            var said = new ConcurrentQueue<string>();
            watch.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
            watch.BeginOutputReadLine();
            Task NbAsync(params string[] command) => Command.OutputAsync(nbctl, [$"--db={northbound.Endpoint}", "--no-leader-only", .. command]);
            await SaidAsync(said, "0 switches with 0 ports, 0 routers");

            await NbAsync("ls-add", "web");
            await NbAsync("lsp-add", "web", "vm1", "--", "lsp-set-addresses", "vm1", "02:00:00:00:00:01 10.0.0.11");
            await NbAsync("lr-add", "edge", "--", "lrp-add", "edge", "edge-web", "02:00:00:00:ff:01", "10.0.0.1/24");
            await NbAsync("lr-nat-add", "edge", "snat", "198.51.100.7", "10.0.0.0/24");
            await NbAsync("acl-add", "web", "to-lport", "1000", "tcp.dst == 22", "allow-related");
            await NbAsync("set", "logical_switch", "web", "other_config:subnet=10.0.0.0/24");
            await SaidAsync(said, "other_config");
            northbound.Kill();
            await northbound.StartAgainAsync();
            await SaidAsync(said, "The connection was lost and is back");
            await NbAsync("lsp-del", "vm1");
            await NbAsync("ls-del", "web");
            await SaidAsync(said, "Switch 'web' was deleted");

            string[] sentences =
            [
                "Switch 'web' was created.",
                "Port 'vm1' was created on switch 'web' with 02:00:00:00:00:01 10.0.0.11.",
                "Router 'edge' was created.",
                "Router port 'edge-web' was created on router 'edge' with 10.0.0.1/24.",
                "Translation 'snat 10.0.0.0/24 as 198.51.100.7' was created on router 'edge'.",
                "Rule 'allow-related to-lport tcp.dst == 22' was created on switch 'web'.",
                "Switch 'web' has another other_config: nothing became {subnet=10.0.0.0/24}.",
                "Port 'vm1' was deleted from switch 'web'.",
                "Switch 'web' was deleted.",
            ];
            Assert.That(sentences.Except(said), Is.Empty, string.Join('\n', said));
        }
        finally
        {
            watch.Kill();
            northd.Kill();
        }
    }

    private static async Task SaidAsync(ConcurrentQueue<string> said, string text)
    {
        for (int i = 0; !said.Any(line => line.Contains(text, StringComparison.Ordinal)); i++)
        {
            if (i > 1200)
                Assert.Fail($"'{text}' was not said, but:\n{string.Join('\n', said)}");
            await Task.Delay(50);
        }
    }
}
