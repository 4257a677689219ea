using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>The host application is killed in the middle of a creation, again and again; the next run always finishes or undoes it.</summary>
[Category("Integration")]
public sealed class CrashTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static int Kills => Soak.Rounds(6, 200);

    [Test]
    public async Task A_creation_killed_anywhere_is_finished_by_the_next_run_and_leaves_no_orphan()
    {
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        var image = await GuestImages.TinyAsync();
        var random = new Random(20261122);
        string[] steps = ["submitted", "step base", "step volume", "step define", "step start", "submitted"];
        for (var kill = 0; kill < Kills; kill++)
        {
            var name = $"crash-{kill}";
            await using (var first = installation.Start(Programs.App, "create", name, image))
            {
                await WaitLooselyAsync(first, steps[kill % steps.Length]);
                await Task.Delay(random.Next(0, 150));
                await first.KillAsync();
            }

            await using var second = installation.Start(Programs.App, "settle");
            Assert.That(await second.ExitAsync(Patience), Is.Zero, second.ToString());
            var machines = second.Lines.Where(line => line.StartsWith("machine ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
            Assert.That(machines.Select(machine => machine[2]), Is.All.EqualTo("Ready"), $"after kill {kill}: {second}");
            Assert.That(machines.Select(machine => machine[3]), Is.All.EqualTo("Running"), $"after kill {kill}: {second}");
            await DeleteAllAsync(installation);
            Assert.That(installation.MachineFiles(), Is.Empty, $"after kill {kill}");
            Assert.That((await installation.Libvirtd!.VirshAsync("list", "--all", "--name")).Trim(), Does.Not.Contain("lqx-"), $"after kill {kill}");
        }

        Soak.Note(Kills, "kills of a host in the middle of a creation, each finished by the next run without an orphan");
    }

    // A step may be over before its progress is stored: then the creation has come further, which is as good a place to be killed.
    private static async Task WaitLooselyAsync(RunningProgram program, string step)
    {
        try
        {
            await program.WaitForLineAsync(step, TimeSpan.FromSeconds(60));
        }
        catch (InvalidOperationException) when (program.Lines.Any(line => line.StartsWith("created", StringComparison.Ordinal)))
        {
            TestContext.Out.WriteLine($"The creation was over before '{step}' was seen.");
        }
    }

    private static async Task DeleteAllAsync(Installation installation)
    {
        await using var platform = InProcess.Start(installation);
        foreach (var machine in (await platform.LimiQuantix.Machines.ListAsync()).Items)
            await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);
    }
}
