using System.Globalization;
using System.Runtime.Versioning;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Disks.Tests;

/// <summary>With scripts in qemu-img's place: what cannot be had of the real one when it is wanted.</summary>
[Platform(Exclude = "Win")]
[UnsupportedOSPlatform("windows")]
public sealed class QemuImgTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Progress_and_arguments_pass_as_they_are()
    {
        List<double> percents = [];
        var qemuImg = await ScriptAsync("""printf '    (0.00/100%%)\r    (50.00/100%%)\r'; printf '%s\n' "$@" > "$0.arguments" """);
        await qemuImg.ConvertAsync("/a b", DiskFileFormat.Raw, "/c;d'\"$x", DiskFileFormat.Qcow2, new QemuImgRun { Progress = percents.Add });
        Assert.That(
            await File.ReadAllLinesAsync(_folder.Combine("qemu-img.arguments")),
            Is.EqualTo(new[] { "convert", "-p", "-f", "raw", "-O", "qcow2", "/a b", "/c;d'\"$x" }));
        Assert.That(percents, Is.EqualTo(new[] { 0.0, 50.0 }));
    }

    [TestCase("relative")]
    [TestCase("-o")]
    [TestCase("nbd:localhost:1")]
    [TestCase("json:{\"driver\":\"nbd\"}")]
    [TestCase("/a\0b")]
    public async Task Path_that_could_be_something_else_is_refused(string path)
    {
        var qemuImg = await ScriptAsync("""echo ran > "$0.ran" """);
        Task[] calls =
        [
            Task.Run(() => qemuImg.CreateAsync(path, 512)),
            Task.Run(() => qemuImg.CreateAsync("/volume", 512, backingFile: path == "relative" ? "a:b" : path)),
            Task.Run(() => qemuImg.ResizeAsync(path, 512)),
            Task.Run(() => qemuImg.ConvertAsync(path, DiskFileFormat.Raw, "/target", DiskFileFormat.Raw)),
            Task.Run(() => qemuImg.ConvertAsync("/source", DiskFileFormat.Raw, path, DiskFileFormat.Raw)),
            Task.Run(() => qemuImg.MeasureAsync(path, DiskFileFormat.Raw)),
        ];
        foreach (var call in calls)
            Assert.That((await Assert.ThrowsAsync<DiskFileException>(() => call))!.Error, Is.EqualTo(DiskFileError.InvalidArgument));
        Assert.That(_folder.Combine("qemu-img.ran"), Does.Not.Exist);
    }

    [Test]
    public async Task Format_and_size_that_cannot_be_made_are_refused()
    {
        var qemuImg = await ScriptAsync("exit 0");
        Task[] calls =
        [
            Task.Run(() => qemuImg.CreateAsync("/volume", 0)),
            Task.Run(() => qemuImg.ResizeAsync("/volume", -512)),
            Task.Run(() => qemuImg.ConvertAsync("/source", DiskFileFormat.Vmdk, "/target", DiskFileFormat.Raw)),
        ];
        foreach (var call in calls)
            Assert.That((await Assert.ThrowsAsync<DiskFileException>(() => call))!.Error, Is.EqualTo(DiskFileError.InvalidArgument));
    }

    [Test]
    public async Task Endless_output_is_kept_in_bounds()
    {
        var thrown = await FailAsync(await ScriptAsync("head -c 1000000 /dev/zero | tr '\\0' x; head -c 1000000 /dev/zero | tr '\\0' y >&2; exit 1"));
        Assert.That(thrown.Message, Has.Length.InRange(64 << 10, 65 << 10));
    }

    [Test]
    public async Task Measure_that_is_none_is_told_with_what_was_printed()
    {
        var qemuImg = await ScriptAsync("echo '{\"required\": \"much\"}'");
        var thrown = await Assert.ThrowsAsync<DiskFileException>(() => qemuImg.MeasureAsync("/source", DiskFileFormat.Raw));
        Assert.That(thrown!.Error, Is.EqualTo(DiskFileError.ProgramFailed));
        Assert.That(thrown.Message, Does.Contain("much"));
    }

    [Test]
    public async Task Full_disk_is_told_as_what_it_is()
    {
        var thrown = await FailAsync(await ScriptAsync("echo 'error while writing: No space left on device' >&2; exit 1"));
        Assert.That(thrown.Error, Is.EqualTo(DiskFileError.NoSpace));
    }

    [Test]
    public async Task Failure_tells_what_was_printed()
    {
        var thrown = await FailAsync(await ScriptAsync("echo 'what a pity' >&2; exit 3"));
        Assert.That(thrown.Error, Is.EqualTo(DiskFileError.ProgramFailed));
        Assert.That(thrown.Message, Does.Contain("what a pity").And.Contain("3"));
    }

    [Test]
    public async Task Program_that_is_missing_or_cannot_be_started_is_told_with_the_line_that_installs_it()
    {
        var plain = await _folder.WriteAsync("plain", "no program"u8.ToArray());
        File.SetUnixFileMode(plain, UnixFileMode.UserRead);
        foreach (var path in new[] { _folder.Combine("nothing"), plain })
        {
            var thrown = await FailAsync(new QemuImg(path));
            Assert.That(thrown.Error, Is.EqualTo(DiskFileError.ProgramMissing));
            Assert.That(thrown.Remedy, Does.Contain("apt-get install"));
        }
    }

    [Test]
    public async Task Cancelled_run_is_killed_with_what_it_left_behind_of_itself()
    {
        // The sleeper's parent is gone by then: only the group still finds it.
        using var cancel = new CancellationTokenSource();
        var run = ConvertAsync(await ScriptAsync($"( sh -c \"{Sleeper}\" & ); exec sleep 1000"), cancel.Token);
        var orphan = await ProcessAsync();
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
        await UntilGoneAsync(orphan);
    }

    [Test]
    public async Task Run_that_is_cancelled_before_it_begins_starts_nothing()
    {
        var qemuImg = await ScriptAsync("""echo ran > "$0.ran" """);
        await Assert.CatchAsync<OperationCanceledException>(() => ConvertAsync(qemuImg, new CancellationToken(canceled: true)));
        Assert.That(_folder.Combine("qemu-img.ran"), Does.Not.Exist);
    }

    [Test]
    public async Task Run_without_a_sign_of_life_is_killed_and_a_time_out()
    {
        var clock = new FakeTimeProvider();
        var qemuImg = await ScriptAsync($"sh -c \"{Sleeper}\"", clock);
        var run = qemuImg.ConvertAsync("/a", DiskFileFormat.Raw, "/b", DiskFileFormat.Raw, new QemuImgRun { SilenceTimeout = Patience });
        var process = await ProcessAsync();
        clock.Advance(Patience);
        var thrown = await Assert.ThrowsAsync<DiskFileException>(() => run.WaitAsync(Patience));
        Assert.That(thrown!.Error, Is.EqualTo(DiskFileError.TimedOut));
        Assert.That(thrown.Message, Does.Contain("sign of life"));
        await UntilGoneAsync(process);
    }

    [Test]
    public async Task Run_that_is_too_long_is_killed_and_a_time_out()
    {
        var clock = new FakeTimeProvider();
        var qemuImg = await ScriptAsync($"sh -c \"{Sleeper}\"", clock);
        var run = qemuImg.CreateAsync("/a", 512, run: new QemuImgRun { Timeout = Patience });
        var process = await ProcessAsync();
        clock.Advance(Patience);
        Assert.That((await Assert.ThrowsAsync<DiskFileException>(() => run.WaitAsync(Patience)))!.Error, Is.EqualTo(DiskFileError.TimedOut));
        await UntilGoneAsync(process);
    }

    private string Sleeper => $"echo \\$\\$ > '{_folder.Combine("writing")}'; mv '{_folder.Combine("writing")}' '{_folder.Combine("pid")}'; exec sleep 1000";

    // A shell writes it: a file that this process has open for writing while another test starts a program cannot be executed (ETXTBSY).
    private async Task<QemuImg> ScriptAsync(string body, TimeProvider? time = null)
    {
        var path = _folder.Combine("qemu-img");
        await Command.OutputAsync("/bin/sh", ["-c", "printf '%s' \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", $"#!/bin/sh\n{body}\n", path]);
        return new QemuImg(path, time);
    }

    private static Task ConvertAsync(QemuImg qemuImg, CancellationToken cancellationToken = default) =>
        qemuImg.ConvertAsync("/a", DiskFileFormat.Raw, "/b", DiskFileFormat.Raw, cancellationToken: cancellationToken);

    private static async Task<DiskFileException> FailAsync(QemuImg qemuImg) =>
        (await Assert.ThrowsAsync<DiskFileException>(() => ConvertAsync(qemuImg)))!;

    private async Task<int> ProcessAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!File.Exists(_folder.Combine("pid")))
            await Task.Delay(20, deadline.Token);
        return int.Parse(await File.ReadAllTextAsync(_folder.Combine("pid"), deadline.Token), CultureInfo.InvariantCulture);
    }

    private static async Task UntilGoneAsync(int process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (Directory.Exists($"/proc/{process}"))
            await Task.Delay(20, deadline.Token);
    }
}
