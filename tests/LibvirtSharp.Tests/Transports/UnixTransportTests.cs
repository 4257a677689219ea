using LibvirtSharp.Tests.Support;
using LibvirtSharp.Transports;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Transports;

[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class UnixTransportTests
{
    [Test]
    public async Task Session_daemon_that_another_starts_at_the_same_moment_is_used()
    {
        await using var server = new FakeServer();
        await using var folder = new TemporaryFolder();
        // This start loses; the other's socket is there a moment later.
        DaemonLocations locations = await LocationsAsync(folder, $"(sleep 0.2; ln -s {LibvirtUri.Parse(server.Uri).Parameter("socket")} {folder.Combine("libvirt-sock")}) 2> /dev/null &");
        await using Stream stream = await ConnectAsync(locations);
        Assert.That(stream.CanWrite, Is.True);
    }

    [Test]
    public async Task Session_daemon_that_does_not_start_says_why()
    {
        await using var folder = new TemporaryFolder();
        DaemonLocations locations = await LocationsAsync(folder, "");
        LibvirtException error = await Failure.OfAsync(() => ConnectAsync(locations));
        Assert.That(error.Message, Does.Contain("did not start: Unable to obtain pidfile"));
    }

    [Test]
    public async Task Path_that_is_too_long_for_a_socket_is_what_the_error_says()
    {
        var uri = LibvirtUri.Parse($"qemu:///system?socket=/{new string('x', 200)}");
        LibvirtException error = await Failure.OfAsync(() => new UnixTransport(false).ConnectAsync(uri, CancellationToken.None));
        Assert.That(error.Message, Does.Contain("longer than").And.Not.Contain("does not exist"));
    }

    private static Task<Stream> ConnectAsync(DaemonLocations locations) =>
        new UnixTransport(false, locations).ConnectAsync(LibvirtUri.Parse("qemu:///session"), CancellationToken.None);

    /// <summary>Where a user's libvirtd does something else and then fails.</summary>
    private static async Task<DaemonLocations> LocationsAsync(TemporaryFolder folder, string before)
    {
        string program = await folder.WriteAsync("libvirtd", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{before}\necho Unable to obtain pidfile >&2\nexit 1\n"));
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        return new DaemonLocations { IsRoot = false, SystemFolder = folder.Path, SessionFolder = folder.Path, ProgramFolders = [folder.Path], StartsDaemons = true };
    }
}
