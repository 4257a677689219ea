using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Integration;

/// <summary>A real daemon that asks a real polkitd, whose rules allow one user.</summary>
[Category("Integration")]
internal sealed class PolkitTests
{
    private const string Rule = """
        if (action.id != "org.libvirt.unix.manage") return;
        if (subject.user == "nobody") return "yes";
        if (subject.user == "games") return "no";
        """;

    [Test]
    public async Task Polkit_lets_in_whom_its_rules_allow_and_the_others_learn_why_not()
    {
        await using PolkitLibvirtd daemon = await PolkitLibvirtd.StartAsync(Rule);
        await using (LibvirtConnection allowed = await OpenAsync(daemon, "nobody"))
            Assert.That(await allowed.ListAllDomainsAsync(), Is.Empty);

        LibvirtException refused = await Failure.OfAsync(() => OpenAsync(daemon, "games"));
        // Without a rule polkit's own default asks for a password, and there is nobody to ask.
        LibvirtException undecided = await Failure.OfAsync(() => OpenAsync(daemon, "daemon"));
        Assert.Multiple(() =>
        {
            Assert.That(refused.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed), refused.Message);
            Assert.That(refused.Message, Does.Contain("access denied by policy"));
            Assert.That((refused.Procedure, refused.IsTransient), Is.EqualTo(("AuthPolkit", false)));
            Assert.That(undecided.Code, Is.EqualTo(LibvirtErrorCode.AuthUnavailable), undecided.Message);
            Assert.That(undecided.Message, Does.Contain("org.libvirt.unix.manage"));
        });
    }

    private static Task<LibvirtConnection> OpenAsync(PolkitLibvirtd daemon, string user) =>
        Daemon.OpenAsync("qemu:///system", options => options.Transport = daemon.TransportOf(user));
}
