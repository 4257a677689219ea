using System.Globalization;
using System.Text;
using System.Text.Json;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>A real Linux guest under TCG (<see cref="GuestImages.TinyAsync"/>) with the guest agent, which is up when this is made.</summary>
internal sealed class TinyGuest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private TinyGuest(TemporaryFolder folder, Domain domain)
    {
        _folder = folder;
        Domain = domain;
    }

    /// <summary>The machine, which may have been moved to another daemon.</summary>
    public Domain Domain { get; set; }

    /// <param name="connection">The daemon that runs it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="devices">Devices beside its disk (vda), the agent's channel and its serial console.</param>
    public static async Task<TinyGuest> StartAsync(LibvirtConnection connection, string name, string devices)
    {
        string image = await GuestImages.TinyAsync();
        var folder = new TemporaryFolder();
        Domain? domain = null;
        try
        {
            await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image, folder.Combine("disk")]);
            await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainAgentLifecycle);
            domain = await connection.DefineDomainAsync(Xml(name, folder.Combine("disk"), devices), DomainDefineFlags.Validate);
            await domain.StartAsync();
            await Waiting.FirstAsync<DomainAgentLifecycleEvent>(
                events, next => next.Domain.Uuid == domain.Uuid && next.State == ConnectDomainEventAgentLifecycleState.Connected);
            return new TinyGuest(folder, domain);
        }
        catch
        {
            if (domain is not null)
                await EndAsync(domain);
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a shell script in the guest until it ends, and gives what it printed.</summary>
    public async Task<string> RunAsync(string script)
    {
        int pid = await StartAsync(script, capture: true);
        using var deadline = new CancellationTokenSource(Daemon.Patience);
        while (true)
        {
            JsonElement status = await AgentAsync("guest-exec-status", new() { ["pid"] = pid });
            if (!status.GetProperty("exited").GetBoolean())
            {
                await Task.Delay(50, deadline.Token);
                continue;
            }
            string output = Text(status, "out-data");
            Assert.That(status.GetProperty("exitcode").GetInt32(), Is.Zero, $"{script}: {output}{Text(status, "err-data")}");
            return output;
        }
    }

    /// <summary>Starts a shell script in the guest that goes on by itself.</summary>
    public Task BeginAsync(string script) => StartAsync(script, capture: false);

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Domain);
        await _folder.DisposeAsync();
    }

    private static async Task EndAsync(Domain domain)
    {
        if (await domain.IsActiveAsync())
            await domain.DestroyAsync();
        await domain.UndefineAsync();
    }

    private async Task<int> StartAsync(string script, bool capture) =>
        (await AgentAsync("guest-exec", new() { ["path"] = "/bin/sh", ["arg"] = new[] { "-c", script }, ["capture-output"] = capture }))
            .GetProperty("pid").GetInt32();

    private async Task<JsonElement> AgentAsync(string command, Dictionary<string, object> arguments)
    {
        string request = JsonSerializer.Serialize(new Dictionary<string, object> { ["execute"] = command, ["arguments"] = arguments });
        return JsonDocument.Parse(await Domain.QemuAgentCommandAsync(request, TimeSpan.FromSeconds(60))).RootElement.GetProperty("return");
    }

    private static string Text(JsonElement status, string name) =>
        status.TryGetProperty(name, out JsonElement data) ? Encoding.UTF8.GetString(data.GetBytesFromBase64()) : "";

    private static string Xml(string name, string disk, string devices) => string.Create(CultureInfo.InvariantCulture, $"""
        <domain type='qemu'>
          <name>{name}</name>
          <memory unit='MiB'>256</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <features><acpi/></features>
          <pm><suspend-to-mem enabled='yes'/><suspend-to-disk enabled='yes'/></pm>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2'/>
              <source file='{disk}'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
            <serial type='pty'><target port='0'/></serial>
            <console type='pty'><target type='serial' port='0'/></console>
            {devices}
          </devices>
        </domain>
        """);
}
