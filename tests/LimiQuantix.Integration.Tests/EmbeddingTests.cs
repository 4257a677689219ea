using System.Text.Json;
using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>The README's example, on a real Debian with systemd, cloud-init and sshd.</summary>
[Category("Integration")]
public sealed class EmbeddingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);

    [Test]
    public async Task The_example_of_the_readme_gives_a_machine_that_answers_ssh()
    {
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        var key = Path.Combine(installation.Folder, "key");
        await Command.OutputAsync(Requires.Tool("ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        installation.Variables["LIMIQUANTIX_CATALOG"] = await WriteCatalogAsync(installation.Folder, await GuestImages.DebianAsync());

        await using var program = installation.Start(Programs.Embedding, key + ".pub");
        Assert.That(await program.ExitAsync(Patience), Is.Zero, program.ToString());
        var line = program.Lines.Single(l => l.StartsWith("ssh ", StringComparison.Ordinal));
        Assert.That(line, Does.Contain("debian@127.0.0.1"));

        string[] options = ["-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"];
        var hostname = await Command.OutputAsync(Requires.Tool("ssh"), [.. options, .. line.Split(' ')[1..], "hostname"], TimeSpan.FromMinutes(2));
        Assert.That(hostname.Trim(), Is.EqualTo("web-1"));

        await using var platform = InProcess.Start(installation);
        var machine = await platform.LimiQuantix.Machines.FindAsync("web-1");
        await (await platform.LimiQuantix.Machines.DeleteAsync(machine!.Id)).CompletedAsync();
        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    // The catalogue's id stands for the Debian that the repository builds: there is no Internet where tests run.
    private static async Task<string> WriteCatalogAsync(string folder, string image)
    {
        var path = Path.Combine(folder, "catalog.json");
        var entry = new
        {
            id = "debian-13",
            name = "Debian for tests",
            locations = new[] { "file://" + image },
            operatingSystem = new { distribution = "debian", release = "12", architecture = "x86_64", defaultUser = "debian" },
        };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new { entries = new[] { entry } }));
        return path;
    }
}
