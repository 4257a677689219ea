using System.Globalization;
using LibvirtSharp.Tests.Support;
using LibvirtSharp.Transports;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Debian ships no modular daemons yet: a real libvirtd stands where virtqemud would, and the URI names no socket.</summary>
[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ModularDaemonTests
{
    [Test]
    public async Task Daemon_at_virtqemuds_socket_is_found_by_a_uri_that_names_none()
    {
        PrivateLibvirtd daemon = await SharedLibvirtd.GetAsync();
        await using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.Combine("virtqemud-sock"), daemon.SocketPath);
        File.CreateSymbolicLink(folder.Combine("virtqemud-sock-ro"), daemon.SocketPath + "-ro");
        DaemonLocations locations = DaemonLocations.OfThisProcess() with { SystemFolder = folder.Path };
        foreach (bool readOnly in (bool[])[false, true])
        {
            await using LibvirtConnection connection = await Daemon.OpenAsync("qemu:///system", options =>
            {
                options.ReadOnly = readOnly;
                options.Transport = new UnixTransport(readOnly, locations);
            });
            Assert.That(await connection.GetServerUriAsync(), Is.EqualTo("qemu:///system"));
        }
    }

    [TestCase("virtqemud")]
    [TestCase("libvirtd")]
    public async Task Session_daemon_that_is_installed_is_started(string name)
    {
        Requires.Libvirtd();
        await using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        string pidFile = folder.Combine("pid");
        string programs = folder.Combine("sbin");
        Directory.CreateDirectory(programs);
        // Root has no session: the daemon is another user's, whose folder is this test's.
        await File.WriteAllTextAsync(Path.Combine(programs, name), $"""
            #!/bin/sh
            {Requires.Tool("setpriv")} --reuid nobody --regid nogroup --clear-groups env -i PATH="$PATH" HOME={folder.Path} XDG_RUNTIME_DIR={folder.Path} \
              {Requires.Tool("libvirtd")} "$@" -p {pidFile} || exit 1
            [ {name} = libvirtd ] || ln -s libvirt-sock {folder.Path}/libvirt/{name}-sock
            """);
        File.SetUnixFileMode(Path.Combine(programs, name), (UnixFileMode)0b111_101_101);
        DaemonLocations locations = DaemonLocations.OfThisProcess() with { IsRoot = false, SessionFolder = folder.Combine("libvirt"), ProgramFolders = [programs] };
        try
        {
            // All ask for it at once, and one of the starts goes through.
            LibvirtConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
                Daemon.OpenAsync("qemu:///session", options => options.Transport = new UnixTransport(false, locations))));
            foreach (LibvirtConnection connection in connections)
            {
                await using (connection)
                    Assert.That(await connection.GetServerUriAsync(), Is.EqualTo("qemu:///session"));
            }
        }
        finally
        {
            if (File.Exists(pidFile))
                Signal.Kill(int.Parse(await File.ReadAllTextAsync(pidFile), CultureInfo.InvariantCulture));
        }
    }
}
