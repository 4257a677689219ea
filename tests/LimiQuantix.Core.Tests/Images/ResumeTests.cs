using System.Diagnostics;
using LimiQuantix.Images;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class ResumeTests
{
    private const int ChunkBytes = 64 << 10;

    // The byte that each of the two engines asks for first.
    private const int Probes = 2;
    private const int Connections = 4;
    private const int Length = 4 << 20;
    private static readonly string Peer = Path.Combine(AppContext.BaseDirectory, "LimiQuantix.ImportPeer");
    private readonly byte[] _bytes = TestImages.Raw(Length);

    [Test]
    public async Task A_killed_download_goes_on_from_where_it_was()
    {
        await using var folder = new TemporaryFolder();
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await KillInTheMiddleAsync(file, folder.Path);

        file.BytesPerSecond = null;
        var second = await RunAsync(file, folder.Path);

        Assert.That(second.ExitCode, Is.Zero, second.StandardError);
        Assert.That(second.StandardOutput.Trim(), Is.EqualTo(TestImages.Sha256(_bytes).ToString()));
        // What the killed process was just receiving is all that is sent again: a chunk on each connection.
        Assert.That(file.BytesSent, Is.LessThanOrEqualTo(Length + (Connections * ChunkBytes) + Probes));
        Assert.That(Directory.EnumerateFiles(Path.Combine(folder.Path, "partial")), Is.Empty);
    }

    [Test]
    public async Task A_killed_download_of_a_file_that_changed_begins_anew()
    {
        await using var folder = new TemporaryFolder();
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await KillInTheMiddleAsync(file, folder.Path);

        var other = TestImages.Raw(Length, seed: 2);
        file.BytesPerSecond = null;
        file.Replace(other, "\"v2\"");
        var second = await RunAsync(file, folder.Path);

        Assert.That(second.StandardOutput.Trim(), Is.EqualTo(TestImages.Sha256(other).ToString()));
    }

    [Test]
    public async Task A_chunk_that_a_power_cut_damaged_is_downloaded_again()
    {
        await using var folder = new TemporaryFolder();
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await KillInTheMiddleAsync(file, folder.Path);
        var partial = Directory.EnumerateFiles(Path.Combine(folder.Path, "partial"), "*.part").Single();
        await using (var stream = File.OpenWrite(partial)) await stream.WriteAsync(new byte[1000]);
        var journal = Directory.EnumerateFiles(Path.Combine(folder.Path, "partial"), "*.journal").Single();
        await File.AppendAllTextAsync(journal, "0000");

        file.BytesPerSecond = null;
        var second = await RunAsync(file, folder.Path);

        Assert.That(second.StandardOutput.Trim(), Is.EqualTo(TestImages.Sha256(_bytes).ToString()));
        Assert.That(file.BytesSent, Is.LessThanOrEqualTo(Length + ((Connections + 1) * ChunkBytes) + Probes));
    }

    [Test]
    public async Task A_stopped_engine_leaves_the_import_to_the_next_one()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 500_000;
        await using var fixture = await ImageFixture.StartAsync();
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });
        await foreach (var step in handle.WatchProgressAsync())
        {
            if (step is { Step: "download", Completed: > Length / 4 }) break;
        }

        await fixture.StopAsync();
        Assert.That((await fixture.Images.GetAsync(handle.ResourceId)).Status.Phase, Is.EqualTo(ImagePhase.Importing));
        file.BytesPerSecond = null;
        await using var next = await fixture.StartAnotherAsync();

        Assert.That((await handle.CompletedAsync()).Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        Assert.That(file.BytesSent, Is.LessThanOrEqualTo(Length + (Connections * ChunkBytes) + Probes));
        Assert.That((await next.Operations.FindAsync(handle.Id, default))!.Value.Attempts, Is.EqualTo(2));
    }

    private async Task KillInTheMiddleAsync(ServedFile file, string folder)
    {
        // About four seconds in all, so that the kill comes in the middle.
        file.BytesPerSecond = Length / Connections / 4;
        using var process = Process.Start(Start(file, folder))!;
        var deadline = DateTimeOffset.UtcNow.AddMinutes(2);
        while (file.BytesSent < Length / 2 && !process.HasExited && DateTimeOffset.UtcNow < deadline) await Task.Delay(20);
        Signal.Kill(process.Id);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(137), "killed, not ended");
        // The server notices a little later that nobody reads.
        await Task.Delay(200);
        Assert.That(file.BytesSent, Is.LessThan(Length));
    }

    private static Task<ProcessOutput> RunAsync(ServedFile file, string folder) => Command.RunAsync(Peer, Start(file, folder).ArgumentList);

    private static ProcessStartInfo Start(ServedFile file, string folder) => new(
        Peer, [file.Url, "-", folder, $"{ChunkBytes}", $"{Connections}"]);
}
