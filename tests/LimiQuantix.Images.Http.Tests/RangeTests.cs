using LimiQuantix.Testing;

namespace LimiQuantix.Images.Http.Tests;

internal sealed class RangeTests
{
    private readonly byte[] _bytes = Random(100_000, 1);

    [TestCase(0, null)]
    [TestCase(0, 1L)]
    [TestCase(500, 1000L)]
    [TestCase(99_999, 1L)]
    [TestCase(99_000, null)]
    public async Task A_range_gives_exactly_its_bytes(int offset, long? length)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var source = Sources.Open();

        var bytes = await source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = offset, LengthBytes = length, Validator = "\"v1\"" });

        Assert.That(bytes, Is.EqualTo(_bytes.AsSpan(offset, (int)(length ?? _bytes.Length - offset)).ToArray()));
    }

    [Test]
    public async Task A_changed_file_is_a_conflict()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var source = Sources.Open();
        file.Replace(Random(100_000, 2), "\"v2\"");
        var request = new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 10, LengthBytes = 10, Validator = "\"v1\"" };

        Assert.That((await Sources.FailAsync(() => source.OpenAsync(request))).Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(file.Requests[^1].Headers["If-Range"], Is.EqualTo("\"v1\""));
        file.IgnoresIfRange = true;
        Assert.That((await Sources.FailAsync(() => source.OpenAsync(request))).Code, Is.EqualTo(ErrorCodes.Conflict), "a server that ignores If-Range");
        Assert.That(
            (await Sources.FailAsync(() => source.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Validator = "\"v1\"" }))).Code,
            Is.EqualTo(ErrorCodes.Conflict),
            "the whole file");
    }

    [Test]
    public async Task A_file_that_became_shorter_is_a_conflict()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.IgnoresIfRange = true;
        file.Replace(_bytes[..100], "\"v1\"");
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.OpenAsync(
            new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 5000, LengthBytes = 10, Validator = "\"v1\"" }));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task A_server_that_ignores_ranges_is_refused()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.SupportsRanges = false;
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.OpenAsync(
            new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 10, LengthBytes = 10, Validator = "\"v1\"" }));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.SourceFailed, false)));
    }

    [Test]
    public async Task The_whole_file_serves_for_its_first_range_when_it_is_the_same_version()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.SupportsRanges = false;
        await using var source = Sources.Open();
        var request = new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, LengthBytes = 10, Validator = "\"v1\"" };

        Assert.That(await source.ReadAsync(request), Is.EqualTo(_bytes[..10]));
        file.ETag = null;
        Assert.That((await Sources.FailAsync(() => source.OpenAsync(request))).Code, Is.EqualTo(ErrorCodes.Conflict), "200 to If-Range, and no tag");
    }

    [TestCase(0, null, 7)]
    [TestCase(0, 20L, 7)]
    [TestCase(99_000, null, 300)]
    [TestCase(5, 14L, 7)]
    public async Task Answers_that_are_shorter_than_asked_are_put_together(int offset, long? length, long most)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", length is null ? _bytes : _bytes[..50]);
        file.MaximumRangeBytes = most;
        await using var source = Sources.Open();
        if (offset == 0 && length is null) file.MaximumRangeBytes = 30_000;

        var bytes = await source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = offset, LengthBytes = length, Validator = "\"v1\"" });

        Assert.That(bytes, Is.EqualTo(_bytes.AsSpan(offset, (int)(length ?? _bytes.Length - offset)).ToArray()));
    }

    [Test]
    public async Task A_server_that_gives_a_byte_at_a_time_is_given_up()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.MaximumRangeBytes = 1;
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, LengthBytes = 50_000 }));

        Assert.That((error.Code, file.RequestCount), Is.EqualTo((ErrorCodes.SourceFailed, 10_000)));
    }

    [Test]
    public async Task A_range_past_the_end_is_a_conflict_that_tells_the_length()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var source = Sources.Open();

        var beyond = await Sources.FailAsync(() => source.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 200_000, LengthBytes = 10 }));
        var across = await Sources.FailAsync(() => source.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 99_999, LengthBytes = 10 }));

        Assert.That(new[] { beyond.Code, across.Code }, Is.All.EqualTo(ErrorCodes.Conflict));
        Assert.That(new[] { beyond.Message, across.Message }, Is.All.Contains("100000"));
        Assert.That(await source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 100_000 }), Is.Empty, "all from the end on is nothing");
    }

    [TestCase("W/\"v1\"")]
    [TestCase("yesterday")]
    public async Task What_is_no_strong_validator_is_never_sent(string validator)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.ETag = validator;
        await using var source = Sources.Open();

        await source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url, Offset = 1, Validator = validator });

        Assert.That(file.Requests[^1].Headers.ContainsKey("If-Range"), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_truncated_body_throws_instead_of_ending(bool chunked)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.TruncateAfterBytes = 1000;
        file.Chunked = chunked;
        await using var source = Sources.Open();

        var error = await Sources.FailAsync(() => source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url }));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.SourceFailed, true)));
        Assert.That(error.Message, Does.Contain("1000"));
    }

    [Test]
    public async Task A_stalled_body_is_a_time_out()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.StallAfterBytes = 1000;
        await using var source = Sources.Open(options => options.ReadTimeout = TimeSpan.FromSeconds(1));

        var error = await Sources.FailAsync(() => source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url }));

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Timeout, true)));
    }

    [Test]
    public async Task A_slow_body_that_keeps_coming_is_no_time_out()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        // Twelve seconds in all, twice the time-out of a read.
        file.BytesPerSecond = 8_000;
        await using var source = Sources.Open(options => options.ReadTimeout = TimeSpan.FromSeconds(6));

        Assert.That(await source.ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url }), Is.EqualTo(_bytes));
    }

    [Test]
    public async Task A_cancelled_read_is_a_cancellation_and_no_time_out()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.StallAfterBytes = 0;
        await using var source = Sources.Open(options => options.ReadTimeout = TimeSpan.FromMinutes(1));
        await using var stream = await source.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = file.Url });
        using var cancel = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], cancel.Token).AsTask();

        await cancel.CancelAsync();

        var error = await Assert.CatchAsync<OperationCanceledException>(() => read);
        Assert.That(error!.CancellationToken, Is.EqualTo(cancel.Token));
    }

    private static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
