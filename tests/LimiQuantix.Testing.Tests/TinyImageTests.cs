namespace LimiQuantix.Testing.Tests;

[Category("Integration")]
public sealed class TinyImageTests
{
    private static readonly TimeSpan BootTimeout = TimeSpan.FromMinutes(10);

    [Test]
    public async Task It_boots_reads_its_seed_answers_its_agent_and_obeys_its_power_button()
    {
        string image = await GuestImages.TinyAsync();
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync();
        await using var folder = new TemporaryFolder();
        var machine = new TestMachine(libvirtd, folder);

        await machine.StartAsync(image, """
            #cloud-config
            hostname: by-user-data
            write_files:
              - path: /etc/greeting
                content: |
                  a: "b"
                permissions: '0600'
            runcmd:
              - echo "token $(cat /etc/greeting) on $(hostname)"
              - [sh, -c, 'stat -c %a /etc/greeting']
            """);
        string log = await machine.WaitForSerialAsync("Cloud-init v. tiny finished at", BootTimeout);

        Assert.That(log, Does.Contain("token a: \"b\" on by-user-data"));
        Assert.That(log, Does.Match("(?m)^600\r?$"));
        Assert.That(log, Does.Contain("DataSourceNoCloud [seed=/dev/vdb]"));
        Assert.That(log, Does.Contain("Instance iid-test (new)"));
        Assert.That(await machine.AgentAsync("""{"execute":"guest-ping"}"""), Is.EqualTo("""{"return":{}}"""));
        Assert.That(await machine.AgentAsync("""{"execute":"guest-get-host-name"}"""), Does.Contain("by-user-data"));

        await libvirtd.VirshAsync("shutdown", "--mode", "acpi", TestMachine.Name);
        await machine.WaitForSerialAsync("reboot: Power down", BootTimeout);
    }

    [Test]
    public async Task A_script_as_user_data_runs_once_per_instance()
    {
        string image = await GuestImages.TinyAsync();
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync();
        await using var folder = new TemporaryFolder();
        var machine = new TestMachine(libvirtd, folder);

        await machine.StartAsync(image, "#!/bin/sh\necho script ran\nexit 3\n");
        string first = await machine.WaitForSerialAsync("finished at", BootTimeout);
        await libvirtd.VirshAsync("reboot", "--mode", "agent", TestMachine.Name);
        string second = await machine.WaitForSerialAsync("(old)", BootTimeout);

        Assert.That(first, Does.Contain("script ran").And.Contain("a command failed"));
        Assert.That(second.Split("script ran"), Has.Length.EqualTo(2));
    }
}
