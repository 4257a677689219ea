using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>A real libvirtd that asks polkit, with a system bus and a polkitd of their own, who may use its unix socket.</summary>
internal sealed class PolkitLibvirtd : IAsyncDisposable
{
    private const string RulesFolder = "/etc/polkit-1/rules.d";
    private const string Polkitd = "/usr/lib/polkit-1/polkitd";
    private readonly ConfiguredLibvirtd _daemon;

    private PolkitLibvirtd(ConfiguredLibvirtd daemon) => _daemon = daemon;

    /// <summary>The daemon's socket as a user's.</summary>
    public ILibvirtTransport TransportOf(string user) => new OtherUserTransport(user, _daemon.Keeper);

    /// <param name="rule">The body of a polkit rule: a JavaScript function of <c>action</c> and <c>subject</c>.</param>
    public static async Task<PolkitLibvirtd> StartAsync(string rule)
    {
        string dbus = Requires.Tool("dbus-daemon");
        if (!File.Exists(Polkitd) || !Directory.Exists(RulesFolder))
            Requires.Missing("polkitd is not installed: apt-get install polkitd");
        var started = new PolkitLibvirtd(await ConfiguredLibvirtd.PrepareAsync());
        try
        {
            ConfiguredLibvirtd daemon = started._daemon;
            string bus = $"unix:path={daemon.Path("bus")}";
            await File.WriteAllTextAsync(daemon.Path("bus.conf"), $"""
                <busconfig>
                  <type>system</type>
                  <listen>{bus}</listen>
                  <auth>EXTERNAL</auth>
                  <policy context="default">
                    <allow user="*"/> <allow own="*"/> <allow send_type="*"/> <allow receive_type="*"/>
                  </policy>
                </busconfig>
                """);
            string rules = daemon.Path("rules");
            Directory.CreateDirectory(rules);
            await File.WriteAllTextAsync(Path.Combine(rules, "10-test.rules"), $"polkit.addRule(function(action, subject) {{ {rule} }});\n");
            await daemon.RunAsync("mount", "--bind", rules, RulesFolder);
            await daemon.RunAsync(dbus, $"--config-file={daemon.Path("bus.conf")}", "--fork");
            string log = daemon.Path("polkitd.log");
            await daemon.RunAsync("/bin/sh", "-c", $"DBUS_SYSTEM_BUS_ADDRESS={bus} setsid {Polkitd} > {log} 2>&1 < /dev/null &");
            await Waiting.UntilAsync(async () => File.Exists(log) && (await File.ReadAllTextAsync(log)).Contains("Acquired the name", StringComparison.Ordinal));
            await daemon.RunDaemonAsync("auth_unix_rw = \"polkit\"\nunix_sock_rw_perms = \"0777\"", ["env", $"DBUS_SYSTEM_BUS_ADDRESS={bus}"]);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();
}
