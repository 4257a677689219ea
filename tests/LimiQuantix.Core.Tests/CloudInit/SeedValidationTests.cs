using LimiQuantix.Core.CloudInit;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.CloudInit;

[TestFixture]
internal sealed class SeedValidationTests
{
    private static readonly (CloudInitSpec Spec, string Target)[] Invalid =
    [
        (new CloudInitSpec { Hostname = "a_b" }, "CloudInit.Hostname"),
        (new CloudInitSpec { Hostname = "-a" }, "CloudInit.Hostname"),
        (new CloudInitSpec { Hostname = "a\n" }, "CloudInit.Hostname"),
        (new CloudInitSpec { Hostname = new string('a', 64) }, "CloudInit.Hostname"),
        (new CloudInitSpec { User = "Alice" }, "CloudInit.User"),
        (new CloudInitSpec { User = "a:b" }, "CloudInit.User"),
        (new CloudInitSpec { SshKeys = ["not a key"] }, "CloudInit.SshKeys"),
        (new CloudInitSpec { SshKeys = [Seeds.SshKey + "\n" + Seeds.SshKey] }, "CloudInit.SshKeys"),
        (new CloudInitSpec { SshKeys = ["-----BEGIN OPENSSH PRIVATE KEY-----"] }, "CloudInit.SshKeys"),
        (new CloudInitSpec { Packages = ["--allow-unauthenticated"] }, "CloudInit.Packages"),
        (new CloudInitSpec { Packages = ["a b"] }, "CloudInit.Packages"),
        (new CloudInitSpec { Packages = [""] }, "CloudInit.Packages"),
        (new CloudInitSpec { RunCommands = [" "] }, "CloudInit.RunCommands"),
        (new CloudInitSpec { RunCommands = ["a\0b"] }, "CloudInit.RunCommands"),
        (new CloudInitSpec { RunCommands = ["\uD800"] }, "CloudInit.RunCommands"),
        (new CloudInitSpec { RunCommands = [.. Enumerable.Repeat("true", 1001)] }, "CloudInit.RunCommands"),
        (new CloudInitSpec { UserData = "" }, "CloudInit.UserData"),
        (new CloudInitSpec { UserData = "#!" + new string('#', SeedValidation.MaxUserDataBytes) }, "CloudInit.UserData"),
        (new CloudInitSpec { UserData = "no known kind", Packages = ["curl"] }, "CloudInit.UserData"),
        (new CloudInitSpec { NetworkConfig = "version: 3" }, "CloudInit.NetworkConfig"),
        (new CloudInitSpec { NetworkConfig = "[1, 2]" }, "CloudInit.NetworkConfig"),
        (new CloudInitSpec { NetworkConfig = "a: [" }, "CloudInit.NetworkConfig"),
    ];

    [TestCaseSource(nameof(Indices))]
    public void Specification_with_a_bad_member_is_refused_by_the_members_name(int index)
    {
        (CloudInitSpec spec, string target) = Invalid[index];
        LimiQuantixException error = Assert.Throws<LimiQuantixException>(() => NoCloudSeed.Render(Seeds.With(spec)))!;
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Target, Is.EqualTo(target));
        Assert.That(error.Remedy, Is.Not.Empty);
    }

    [TestCase("")]
    [TestCase("two\nlines")]
    public void Password_that_cannot_be_set_is_refused_without_being_told(string password)
    {
        LimiQuantixException error = Assert.Throws<LimiQuantixException>(
            () => NoCloudSeed.Render(Seeds.With(new CloudInitSpec(), password)))!;
        Assert.That(error.Target, Is.EqualTo("CloudInit.Password"));
        Assert.That(error.Message, Does.Not.Contain("lines\n").And.Not.Contain("two"));
    }

    [Test]
    public void Instance_id_and_MAC_address_are_checked()
    {
        SeedDefinition good = Seeds.Full();
        Assert.That(Refused(good with { InstanceId = "a b" }), Is.EqualTo("InstanceId"));
        Assert.That(Refused(good with { MacAddresses = ["52:54:00:00:00:0G"] }), Is.EqualTo("MacAddresses"));
    }

    private static IEnumerable<int> Indices() => Enumerable.Range(0, Invalid.Length);

    private static string? Refused(SeedDefinition definition) =>
        Assert.Throws<LimiQuantixException>(() => NoCloudSeed.Render(definition))!.Target;
}
