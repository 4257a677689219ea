using System.Globalization;
using System.Runtime.Versioning;
using LimiQuantix.Core.Images.Conversion;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Images.Conversion;

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
    public async Task Progress_and_output_are_told()
    {
        List<double> percents = [];
        var qemuImg = await ScriptAsync("""printf '    (0.00/100%%)\r    (50.00/100%%)\r'; echo "$@" """);
        Assert.That(await qemuImg.RunAsync(["convert", "a b"], percents.Add, CancellationToken.None), Does.EndWith("convert a b\n"));
        Assert.That(percents, Is.EqualTo(new[] { 0.0, 50.0 }));
    }

    [Test]
    public async Task Endless_output_is_kept_in_bounds()
    {
        var qemuImg = await ScriptAsync("head -c 1000000 /dev/zero | tr '\\0' x; head -c 1000000 /dev/zero >&2");
        Assert.That(await qemuImg.RunAsync(["measure"], null, CancellationToken.None), Has.Length.EqualTo(64 << 10));
    }

    [Test]
    public async Task Full_disk_is_told_as_what_it_is()
    {
        var thrown = await FailAsync(await ScriptAsync("echo 'error while writing: No space left on device' >&2; exit 1"));
        Assert.That(thrown.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
    }

    [Test]
    public async Task Failure_tells_what_was_printed()
    {
        var thrown = await FailAsync(await ScriptAsync("echo 'what a pity' >&2; exit 3"));
        Assert.That(thrown.Code, Is.EqualTo(ErrorCodes.Internal));
        Assert.That(thrown.Message, Does.Contain("what a pity").And.Contain("3"));
    }

    [Test]
    public async Task Missing_program_is_told_with_the_line_that_installs_it()
    {
        var thrown = await FailAsync(new QemuImg(_folder.Combine("nothing"), TimeProvider.System));
        Assert.That(thrown.Code, Is.EqualTo(ErrorCodes.MissingPrerequisite));
        Assert.That(thrown.Remedy, Does.Contain("apt-get install"));
    }

    [Test]
    public async Task Cancelled_run_is_killed()
    {
        using var cancel = new CancellationTokenSource();
        var run = (await ScriptAsync(Sleeper)).RunAsync(["convert"], null, cancel.Token);
        var process = await ProcessAsync();
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
        await UntilGoneAsync(process);
    }

    [Test]
    public async Task Run_without_a_sign_of_life_is_killed_and_a_time_out()
    {
        var clock = new FakeTimeProvider();
        var run = (await ScriptAsync(Sleeper, clock)).RunAsync(["convert"], null, CancellationToken.None);
        var process = await ProcessAsync();
        clock.Advance(QemuImg.Patience);
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => run.WaitAsync(Patience)))!.Code, Is.EqualTo(ErrorCodes.Timeout));
        await UntilGoneAsync(process);
    }

    private string Sleeper => $"echo $$ > '{_folder.Combine("writing")}'; mv '{_folder.Combine("writing")}' '{_folder.Combine("pid")}'; exec sleep 1000";

    // A shell writes it: a file that this process has open for writing while another test starts a program cannot be executed (ETXTBSY).
    private async Task<QemuImg> ScriptAsync(string body, TimeProvider? time = null)
    {
        var path = _folder.Combine("qemu-img");
        await Command.OutputAsync("/bin/sh", ["-c", "printf '%s' \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", $"#!/bin/sh\n{body}\n", path]);
        return new QemuImg(path, time ?? TimeProvider.System);
    }

    private static async Task<LimiQuantixException> FailAsync(QemuImg qemuImg) =>
        (await Assert.ThrowsAsync<LimiQuantixException>(() => qemuImg.RunAsync(["convert"], null, CancellationToken.None)))!;

    private async Task<int> ProcessAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!File.Exists(_folder.Combine("pid"))) await Task.Delay(20, deadline.Token);
        return int.Parse(await File.ReadAllTextAsync(_folder.Combine("pid"), deadline.Token), CultureInfo.InvariantCulture);
    }

    private static async Task UntilGoneAsync(int process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (Directory.Exists($"/proc/{process}")) await Task.Delay(20, deadline.Token);
    }
}
