using System.Text.Json;
using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

[Category("Integration")]
public sealed class QuickStartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Test]
    public async Task The_main_job_runs_twice_and_leaves_nothing()
    {
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        installation.Variables["LIMIQUANTIX_TINY_IMAGE"] = await GuestImages.TinyAsync();
        var screenshot = Path.Combine(installation.Folder, "screen.png");

        foreach (var token in new[] { "first-token", "second-token" })
        {
            await using var program = installation.Start(Programs.QuickStart, "--token", token, "--json", "--screenshot", screenshot);
            var code = await program.ExitAsync(Patience);
            Assert.That(code, Is.Zero, program.ToString());
            using var report = JsonDocument.Parse(program.Lines[^1]);
            var root = report.RootElement;
            Assert.That(root.GetProperty("ok").GetBoolean(), Is.True);
            Assert.That(root.GetProperty("tokenSeen").GetBoolean(), Is.True);
            Assert.That(root.GetProperty("token").GetString(), Is.EqualTo(token));
            Assert.That(root.GetProperty("sha256").GetString(), Has.Length.EqualTo(64));
            Assert.That((await File.ReadAllBytesAsync(screenshot)).AsSpan(1, 3).SequenceEqual("PNG"u8), Is.True);
            File.Delete(screenshot);
        }

        Assert.That(await installation.Libvirtd!.VirshAsync("list", "--all", "--name"), Does.Not.Contain("quickstart"));
        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    [Test]
    public async Task The_main_job_says_what_is_wrong_when_there_is_no_libvirtd()
    {
        await using var installation = new Installation(null, "qemu:///system?socket=/nonexistent/libvirt-sock");
        installation.Variables["LIMIQUANTIX_TINY_IMAGE"] = await GuestImages.TinyAsync();
        await using var program = installation.Start(Programs.QuickStart, "--json");
        var code = await program.ExitAsync(Patience);
        Assert.That(code, Is.EqualTo(1), program.ToString());
        using var report = JsonDocument.Parse(program.Lines[^1]);
        Assert.That(report.RootElement.GetProperty("ok").GetBoolean(), Is.False);
        Assert.That(report.RootElement.GetProperty("error").GetString(), Does.StartWith("unavailable").And.Contain("libvirt"));
        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    [Test]
    public async Task The_doctor_gives_each_mend_as_one_line_however_narrow_the_terminal_is()
    {
        await using var installation = new Installation(null, "qemu:///system?socket=/nonexistent/libvirt-sock");
        installation.Variables["COLUMNS"] = "80";
        installation.Variables["PATH"] = Path.GetDirectoryName(Requires.Tool("dotnet"))!;
        await using var program = installation.Start(Programs.QuickStart, "doctor");

        Assert.That(await program.ExitAsync(Patience), Is.EqualTo(1), program.ToString());
        Assert.That(program.Lines, Has.Some.StartsWith("found     .NET runtime: .NET 10"));
        Assert.That(program.Lines, Has.Some.Matches("^missing   .*qemu-img"));
        Assert.That(program.Lines, Has.Some.Matches("^ {10}.*apt-get install .*qemu-utils"));
    }

    [TestCase("../../etc")]
    [TestCase("a b")]
    [TestCase("$(reboot)")]
    public async Task The_main_job_refuses_a_token_that_the_guest_could_misread(string token)
    {
        await using var installation = new Installation(null, "qemu:///system?socket=/nonexistent/libvirt-sock");
        await using var program = installation.Start(Programs.QuickStart, "--token", token, "--json");
        Assert.That(await program.ExitAsync(Patience), Is.EqualTo(1), program.ToString());
        Assert.That(program.Lines[^1], Does.Contain("invalid_argument"));
    }
}
