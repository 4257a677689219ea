using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>Two applications on one state: a second begins, the first goes, and every operation is done exactly once.</summary>
[Category("Integration")]
public sealed class TakeoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Test]
    public async Task A_second_application_finishes_an_import_that_the_first_began()
    {
        await using var installation = new Installation(null, "qemu:///system?socket=/nonexistent/libvirt-sock");
        await using var server = FileServer.Start();
        var file = server.AddFile("/tiny.qcow2", await GuestImages.TinyAsync());
        file.BytesPerSecond = 2 << 20;
        var location = file.Url;

        await using var first = installation.Start(Programs.App, "import", location);
        await first.WaitForLineAsync("progress download", Patience);
        await using var second = installation.Start(Programs.App, "import", location);
        var submitted = await second.WaitForLineAsync("submitted", Patience);
        Assert.That(submitted, Is.EqualTo(await first.WaitForLineAsync("submitted", Patience)), "both have one operation");
        await first.KillAsync();
        file.BytesPerSecond = null;

        Assert.That(await second.ExitAsync(Patience), Is.Zero, second.ToString());
        await second.WaitForLineAsync("imported sha256:", Patience);
        Assert.That(Directory.EnumerateFiles(Path.Combine(installation.Data, "library", "sha256")).Count(), Is.EqualTo(1));
        Assert.That(Directory.EnumerateFiles(Path.Combine(installation.Data, "library", "partial")), Is.Empty);
    }

    [Test]
    public async Task A_second_application_finishes_a_creation_that_the_first_began()
    {
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        var image = await GuestImages.TinyAsync();
        await using var second = installation.Start(Programs.App, "serve");
        await second.WaitForLineAsync("serving", Patience);
        await using var first = installation.Start(Programs.App, "create", "handover", image);
        await first.WaitForLineAsync("submitted", Patience);
        await first.KillAsync();

        await using var platform = InProcess.Start(installation);
        var machine = await platform.LimiQuantix.Machines.FindAsync("handover");
        machine = await platform.LimiQuantix.Machines.WaitAsync(machine!.Id, LimiQuantix.Machines.Readiness.Running, new() { Timeout = Patience });
        var domains = await installation.Libvirtd!.VirshAsync("list", "--all", "--uuid");
        Assert.That(domains.Split('\n').Count(line => line.Trim() == machine.Id.ToString()), Is.EqualTo(1));
        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(installation.MachineFiles(), Is.Empty);
        Assert.That(await second.ExitAsync(Patience), Is.Zero, second.ToString());
    }

    [Test]
    public async Task A_creation_repeated_with_its_key_by_killed_clients_makes_one_machine()
    {
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        var image = await GuestImages.TinyAsync();
        for (var client = 0; client < 3; client++)
        {
            await using var program = installation.Start(Programs.App, "create", "once", image);
            await program.WaitForLineAsync("submitted", Patience);
            await program.KillAsync();
        }

        await using var last = installation.Start(Programs.App, "create", "once", image);
        Assert.That(await last.ExitAsync(Patience), Is.Zero, last.ToString());
        await using var platform = InProcess.Start(installation);
        var machines = (await platform.LimiQuantix.Machines.ListAsync()).Items;
        Assert.That(machines, Has.Count.EqualTo(1));
        await (await platform.LimiQuantix.Machines.DeleteAsync(machines[0].Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(installation.MachineFiles(), Is.Empty);
    }
}
