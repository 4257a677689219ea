using System.Net;
using System.Net.Sockets;
using System.Text;
using LimiQuantix.Images;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>Whatever fails, nothing enters the library and nothing half-made stays.</summary>
internal sealed class ImportFailureTests
{
    private const int Length = 1_000_000;
    private readonly byte[] _bytes = TestImages.Raw(Length);

    [Test]
    public async Task An_unreachable_server_is_unavailable()
    {
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var error = await FailAsync(fixture, new ImageImport { Location = $"http://127.0.0.1:{port}/disk.img" });

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)));
    }

    [TestCase(404, ErrorCodes.NotFound)]
    [TestCase(410, ErrorCodes.NotFound)]
    [TestCase(403, ErrorCodes.PermissionDenied)]
    [TestCase(503, ErrorCodes.Unavailable)]
    public async Task A_refusal_of_the_server_is_told(int status, string code)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.Status = status;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1);

        Assert.That((await FailAsync(fixture, file)).Code, Is.EqualTo(code));
    }

    [Test]
    public async Task A_redirect_loop_ends()
    {
        await using var server = FileServer.Start();
        var one = server.AddRedirect("a", "b");
        server.AddRedirect("b", "a");
        await using var fixture = await ImageFixture.StartAsync();

        var error = await FailAsync(fixture, one);

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.SourceFailed));
        Assert.That(error.Message, Does.Contain("circle"));
    }

    [Test]
    public async Task An_untrusted_certificate_is_refused_and_named()
    {
        await using var server = FileServer.Start(https: true);
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();

        var error = await FailAsync(fixture, file);

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.SourceFailed, false)));
        Assert.That(error.Message, Does.Contain("certificate"));
    }

    [Test]
    public async Task A_truncated_body_is_asked_for_again_from_where_it_broke()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.TruncateAfterBytes = 30_000;
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        Assert.That(file.BytesSent, Is.EqualTo(Length + 1), "no byte was sent twice, but for the one of the probe");
    }

    [Test]
    public async Task A_body_that_is_always_truncated_fails_after_so_many_tries()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.SupportsRanges = false;
        file.TruncateAfterBytes = 30_000;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 2);

        var error = await FailAsync(fixture, file);

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.SourceFailed, true)));
        // The probe, and three times the body.
        Assert.That(file.RequestCount, Is.EqualTo(4));
    }

    [Test]
    public async Task A_stalled_server_is_a_time_out()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.StallAfterBytes = 1000;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1, readTimeout: TimeSpan.FromSeconds(2));

        var error = await FailAsync(fixture, file);

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Timeout, true)));
    }

    [Test]
    public async Task A_wrong_checksum_keeps_the_image_out()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();

        var error = await FailAsync(fixture, new ImageImport { Location = file.Url, ExpectedDigest = TestImages.Sha256([1]) });

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.ChecksumMismatch));
        Assert.That(error.Message, Does.Contain(TestImages.Sha256(_bytes).Hex).And.Contain(TestImages.Sha256([1]).Hex));
    }

    [Test]
    public async Task An_error_page_is_no_disk_image()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body>Sign in to continue</body></html>"));
        await using var fixture = await ImageFixture.StartAsync();

        var error = await FailAsync(fixture, file);

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That(error.Message, Does.Contain("HTML"));
    }

    [Test]
    public async Task A_file_that_changes_between_two_ranges_is_downloaded_anew()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var other = TestImages.Raw(Length, seed: 2);
        var ranges = 0;
        file.OnRequest = request =>
        {
            if (request.Method == "GET" && Interlocked.Increment(ref ranges) == 8) file.Replace(other, "\"v2\"");
        };
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(other)), "no byte of the first version is in it");
    }

    [Test]
    public async Task Passing_failures_are_retried()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.RetryAfterSeconds = 0;
        file.FailNext(4);
        await using var fixture = await ImageFixture.StartAsync();

        Assert.That((await fixture.Images.EnsureAsync(file.Url)).Status.Phase, Is.EqualTo(ImagePhase.Ready));
    }

    [Test]
    public async Task A_failed_image_says_why_and_gives_its_name_to_the_next_try()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.Status = 404;
        await using var fixture = await ImageFixture.StartAsync();
        await FailAsync(fixture, file);
        var failed = (await fixture.Images.ListAsync()).Items.Single();
        Assert.That((failed.Status.Phase, failed.Status.Error?.Code), Is.EqualTo((ImagePhase.Failed, ErrorCodes.NotFound)));

        file.Status = null;
        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That((image.Status.Phase, image.Name, image.Status.Error), Is.EqualTo((ImagePhase.Ready, "disk.img", (LimiQuantixError?)null)));
        Assert.That((await fixture.Images.ListAsync()).Items, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Cancelling_in_the_middle_leaves_nothing()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 50_000;
        await using var fixture = await ImageFixture.StartAsync();
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });
        await foreach (var step in handle.WatchProgressAsync())
        {
            if (step is { Step: "download", Completed: > 0 }) break;
        }

        Assert.That(fixture.Files(), Is.Not.Empty);
        var early = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.DeleteAsync(handle.ResourceId));
        Assert.That(early!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        await handle.CancelAsync();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => handle.CompletedAsync());
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That(fixture.Files(), Is.Empty);
        Assert.That((await fixture.Images.ListAsync()).Items, Is.Empty);
    }

    [Test]
    public async Task A_waiter_takes_over_when_the_import_it_waits_for_is_cancelled()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 100_000;
        await using var fixture = await ImageFixture.StartAsync();
        var first = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url, Name = "first" });
        await foreach (var step in first.WatchProgressAsync())
        {
            if (step is { Step: "download", Completed: > 0 }) break;
        }

        var second = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url, Name = "second" });
        file.BytesPerSecond = null;
        await first.CancelAsync();

        Assert.That((await second.CompletedAsync()).Status.Phase, Is.EqualTo(ImagePhase.Ready));
    }

    [Test]
    public async Task An_image_that_does_not_fit_is_refused_before_the_transfer()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync(options => options.ReservedFreeBytes = 1L << 60);

        var error = await FailAsync(fixture, file);

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(file.BytesSent, Is.LessThanOrEqualTo(1), "the probe's byte");
    }

    [Test]
    [Category("Integration")]
    public async Task A_disk_that_fills_up_on_the_way_is_told_and_left_clean()
    {
        await using var disk = await FullDisk.MountAsync(8 << 20);
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", TestImages.Raw(20 << 20));
        // Of unknown length, so that only the disk itself can say no.
        file.Chunked = true;
        file.SupportsRanges = false;
        await using var fixture = await ImageFixture.StartAsync(options => options.LibraryDirectory = Path.Combine(disk.Path, "library"));

        var error = await FailAsync(fixture, file);

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(error.Target, Does.StartWith(disk.Path));
    }

    [TestCase("ftp://example.com/disk.img", ErrorCodes.InvalidArgument)]
    [TestCase("http://user:password@example.com/disk.img", ErrorCodes.InvalidArgument)]
    [TestCase("relative/path.img", ErrorCodes.InvalidArgument)]
    [TestCase("", ErrorCodes.InvalidArgument)]
    [TestCase("no-such-id", ErrorCodes.NotFound)]
    [TestCase("/nonexistent/disk.img", ErrorCodes.NotFound)]
    [TestCase("/dev/zero", ErrorCodes.NotADiskImage)]
    [TestCase("/etc", ErrorCodes.NotADiskImage)]
    public async Task A_location_that_cannot_be_is_refused(string location, string code)
    {
        await using var fixture = await ImageFixture.StartAsync();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.EnsureAsync(location));

        Assert.That(error!.Code, Is.EqualTo(code));
        Assert.That(error.Message, Does.Not.Contain("password@"));
        Assert.That(fixture.Files(), Is.Empty);
    }

    private static Task<LimiQuantixError> FailAsync(ImageFixture fixture, ServedFile file) =>
        FailAsync(fixture, new ImageImport { Location = file.Url });

    private static async Task<LimiQuantixError> FailAsync(ImageFixture fixture, ImageImport import)
    {
        var error = await fixture.FailAsync(import);
        Assert.That(fixture.Files(), Is.Empty);
        return error;
    }
}
