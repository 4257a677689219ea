using System.Diagnostics;
using LimiQuantix.Testing;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

/// <summary>The sample, as it is built.</summary>
[Category("Integration")]
internal sealed class VxlanOverlayTests
{
    private static string Program => RepositoryRoot.Combine($"samples/VxlanOverlay/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/vxlan-overlay");

    [Test]
    public async Task Overlay_is_built_pinged_across_and_taken_down()
    {
        Requires.Root();
        string prefix = Scene.NewName();

        string output = await Command.OutputAsync(Program, [prefix]);

        Assert.That(output.Split('\n').Count(line => line.Contains($"{prefix}-guest1 -> {prefix}-guest2: answered in", StringComparison.Ordinal)), Is.EqualTo(3), output);
        Assert.That(NetworkNamespace.ListNames(), Has.None.StartsWith(prefix));
    }

    [Test]
    public async Task Overlay_is_taken_down_after_an_interrupt_and_what_a_kill_left_by_the_next_run()
    {
        Requires.Root();
        string prefix = Scene.NewName();
        using (Process held = Start(prefix, "--hold"))
        {
            await WaitForAsync(held, "Up.");
            Assert.That(NetworkNamespace.ListNames().Count(name => name.StartsWith(prefix, StringComparison.Ordinal)), Is.EqualTo(4));
            await Command.OutputAsync("/bin/sh", ["-c", $"kill -INT {held.Id}"]);
            await held.WaitForExitAsync();
            Assert.That(held.ExitCode, Is.EqualTo(130));
        }
        Assert.That(NetworkNamespace.ListNames(), Has.None.StartsWith(prefix));

        using (Process killed = Start(prefix, "--hold"))
        {
            await WaitForAsync(killed, "Up.");
            killed.Kill();
            await killed.WaitForExitAsync();
        }
        Assert.That(await Command.OutputAsync(Program, [prefix]), Does.Contain("4 namespaces").And.Contain("answered in"));
        Assert.That(NetworkNamespace.ListNames(), Has.None.StartsWith(prefix));
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true })!;

    private static async Task WaitForAsync(Process process, string begin)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(begin, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"It ended before it said '{begin}'.");
    }
}
