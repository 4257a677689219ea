using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class DomainTests
{
    private const string Serial = "<serial type='pty'><target port='0'/></serial><console type='pty'><target type='serial'/></console><graphics type='vnc'><listen type='socket'/></graphics><video><model type='vga'/></video>";

    [Test]
    public async Task Domain_lives_from_definition_to_removal_and_events_tell_it()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("lifecycle"), DomainDefineFlags.Validate);
        await domain.StartAsync();
        DomainStatus running = await domain.GetStateAsync();
        await domain.SuspendAsync();
        DomainStatus paused = await domain.GetStateAsync();
        await domain.ResumeAsync();
        await domain.DestroyAsync();
        DomainStatus off = await domain.GetStateAsync();
        await domain.UndefineAsync();

        Assert.Multiple(() =>
        {
            Assert.That(running.TypedReason, Is.EqualTo(DomainRunningReason.Booted));
            Assert.That(paused.TypedReason, Is.EqualTo(DomainPausedReason.User));
            Assert.That(off.TypedReason, Is.EqualTo(DomainShutoffReason.Destroyed));
        });
        var seen = new List<DomainEventType>();
        await Waiting.FirstAsync<DomainLifecycleEvent>(events, next =>
        {
            // QEMU may or may not get to announce the shutdown that ends it.
            if (next.Domain.Uuid == domain.Uuid && next.Type != DomainEventType.Shutdown)
                seen.Add(next.Type);
            return next.Domain.Uuid == domain.Uuid && next.Type == DomainEventType.Undefined;
        });
        Assert.That(seen, Is.EqualTo(new[]
        {
            DomainEventType.Defined, DomainEventType.Resumed, DomainEventType.Started, DomainEventType.Suspended, DomainEventType.Resumed,
            DomainEventType.Stopped, DomainEventType.Undefined,
        }));
    }

    [Test]
    public async Task Domain_keeps_metadata_and_autostart()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("metadata"));
        await domain.SetMetadataAsync(DomainMetadataType.Title, "a title");
        await domain.SetMetadataAsync(DomainMetadataType.Element, "<owner id='7'/>", "own", "urn:test:own");
        await domain.SetAutostartAsync(true);
        Assert.That(await domain.GetMetadataAsync(DomainMetadataType.Title), Is.EqualTo("a title"));
        Assert.That(await domain.GetMetadataAsync(DomainMetadataType.Element, "urn:test:own"), Does.Contain("<owner id=\"7\"/>"));
        Assert.That(await domain.GetXmlAsync(), Does.Contain("<own:owner xmlns:own=\"urn:test:own\" id=\"7\"/>"));
        Assert.That(await domain.GetAutostartAsync(), Is.True);
        Assert.That((await connection.ListAllDomainsAsync(ConnectListAllDomainsFlags.Autostart)).Select(each => each.Uuid), Does.Contain(domain.Uuid));
        await domain.UndefineAsync();
        LibvirtException error = await Failure.OfAsync(() => domain.GetXmlAsync());
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.NoDomain));
    }

    [Test]
    public async Task Running_domain_gives_console_screenshot_and_monitor()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("devices", Serial));
        try
        {
            Assert.That(await domain.QemuMonitorCommandAsync("""{"execute":"query-status"}"""), Does.Contain("\"running\""));
            await using (LibvirtStream console = await domain.OpenConsoleAsync())
                await console.WriteAsync("x"u8.ToArray());

            await using DomainScreenshot screenshot = await domain.ScreenshotAsync();
            using var picture = new MemoryStream();
            await screenshot.Stream.CopyToAsync(picture);
            await screenshot.Stream.FinishAsync();
            byte[] bytes = picture.ToArray();
            Assert.That(bytes.AsSpan(0, 2).ToArray(), Is.EqualTo("P6"u8.ToArray()).Or.EqualTo(new byte[] { 0x89, (byte)'P' }), screenshot.MediaType);
            Assert.That(bytes, Has.Length.GreaterThan(100));
            await using (Stream vnc = await domain.OpenGraphicsAsync())
            {
                byte[] greeting = new byte[12];
                await vnc.ReadExactlyAsync(greeting);
                Assert.That(greeting, Is.EqualTo("RFB 003.008\n"u8.ToArray()));
            }
            LibvirtException agent = await Failure.OfAsync(() => domain.QemuAgentCommandAsync("""{"execute":"guest-ping"}"""));
            Assert.That(agent.Code, Is.EqualTo(LibvirtErrorCode.ArgumentUnsupported));
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }
}
