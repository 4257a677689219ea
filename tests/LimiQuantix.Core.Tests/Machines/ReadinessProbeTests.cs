using System.Text;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class ReadinessProbeTests
{
    [Test]
    public async Task Agent_is_asked_through_the_hypervisor_that_has_the_machine()
    {
        // Capabilities are asked for when the instance is opened.
        var fake = new FakePlatform();
        fake.Other.Channels = new FakeChannels();
        await using var platform = await Platform.StartAsync(
            services => services.AddLimiQuantix().AddInstance<FakePlatformOptions>("fake", FakePlatform.OtherInstance).AddInstance<FakePlatformAgentOptions>("fake", "agent"), fake: fake);
        var machine = await platform.CreateAsync();
        await MoveAsync(platform, machine.Id);

        machine = await platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Agent, new() { Timeout = TimeSpan.FromMinutes(1) });
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [TestCase("/run/cloud-init/result.json", """{"v1": {"errors": ["('ssh', KeyError())"]}}""", "('ssh', KeyError())")]
    [TestCase("/run/cloud-init/status.json", """{"v1": {"init": {"errors": ["no network"]}, "datasource": "NoCloud"}}""", "no network")]
    [TestCase("/run/cloud-init/status.json", """{"v1": {"init": {"errors": [], "recoverable_errors": {"WARNING": ["Failed loading yaml blob. Invalid format at line 2", "harmless"]}}}}""", "Failed loading yaml blob. Invalid format at line 2")]
    [TestCase("/var/log/cloud-init.log", "2026-01-01 util.py[WARNING]: Failed loading yaml blob. Invalid format at line 2 column 1: \"while parsing\nsecret: x", "Failed loading yaml blob. Invalid format at line 2 column 1: \"while parsing")]
    [TestCase("/var/log/cloud-init.log", "__init__.py[WARNING]: Unhandled non-multipart (text/x-not-multipart) userdata: 'b'hello'...'", "Unhandled non-multipart")]
    public async Task Provisioned_fails_with_the_words_in_which_cloud_init_says_what_it_left_out(string path, string content, string words)
    {
        var fake = new FakePlatform { Hypervisor = { Channels = new FakeChannels() } };
        await using var platform = await Platform.StartAsync(services => services.AddLimiQuantix().AddInstance<FakePlatformAgentOptions>("fake", "agent"), fake: fake);
        fake.GuestFiles["/run/cloud-init/result.json"] = """{"v1": {"datasource": "DataSourceNoCloud", "errors": []}}"""u8.ToArray();
        var machine = await platform.CreateAsync();
        await platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Provisioned, new() { Timeout = TimeSpan.FromMinutes(1) });

        fake.GuestFiles[path] = Encoding.UTF8.GetBytes(content);
        var failed = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Provisioned, new() { Timeout = TimeSpan.FromMinutes(1) }));

        Assert.That(failed!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(failed.Message, Does.Contain(words).And.Not.Contain("secret").And.Not.Contain("harmless"));
    }

    // As a migration leaves it.
    private static async Task MoveAsync(Platform platform, Guid id)
    {
        platform.Fake.Other.Defined[id] = platform.Hypervisor.Defined[id];
        platform.Fake.Other.Power[id] = PowerState.Running;
        await platform.Services.GetRequiredService<ResourceTable<MachineDocument>>().UpdateAsync(
            id, machine => machine with { Hypervisor = FakePlatform.OtherInstance }, null, CancellationToken.None);
    }
}
