using LimiQuantix.Images;
using LimiQuantix.Operations;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>Servers that are not what they say, or not for all: the image is whole all the same, and comes from as few bytes as can be.</summary>
internal sealed class TransferTests
{
    private const int ChunkBytes = 64 << 10;
    private const int Length = 20 * ChunkBytes;
    private readonly byte[] _bytes = TestImages.Raw(Length);

    [TestCase(5 * ChunkBytes)]
    [TestCase(0)]
    [TestCase(2 * Length)]
    public async Task A_wrong_length_of_head_cuts_no_image(int told)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.HeadLength = told;
        await using var fixture = await ImageFixture.StartAsync();

        await AssertWholeAsync(fixture, file.Url);
    }

    [TestCase(5 * ChunkBytes, true)]
    [TestCase(5 * ChunkBytes, false)]
    [TestCase((5 * ChunkBytes) + 77, true)]
    [TestCase(Length - 1, true)]
    public async Task A_source_that_tells_too_small_a_length_cuts_no_image(int told, bool hasRanges)
    {
        await using var fixture = await ImageFixture.StartAsync(build: LyingImageSource.Adding(_bytes, told, hasRanges));

        await AssertWholeAsync(fixture, "lie://host/disk.img");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_source_that_tells_too_large_a_length_fails(bool hasRanges)
    {
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1, build: LyingImageSource.Adding(_bytes, Length + 1, hasRanges));

        var error = await fixture.FailAsync(new ImageImport { Location = "lie://host/disk.img" });

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.SourceFailed));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_server_that_turns_out_to_have_no_ranges_gives_one_stream_and_what_came_is_kept(bool hasDigest)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var ranges = 0;
        file.OnRequest = request =>
        {
            if (request.Range is not null && Interlocked.Increment(ref ranges) == 8) file.SupportsRanges = false;
        };
        await using var fixture = await ImageFixture.StartAsync();

        await AssertWholeAsync(fixture, file.Url, hasDigest ? TestImages.Sha256(_bytes) : null);

        Assert.That(file.Requests[^1].Range, Is.Null, "one stream");
    }

    [Test]
    public async Task A_stream_that_breaks_goes_on_without_losing_the_chunks_that_came()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.SupportsRanges = false;
        file.TruncateAfterBytes = 3 * ChunkBytes;
        file.OnRequest = _ => file.TruncateAfterBytes += 3 * ChunkBytes;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1);

        await AssertWholeAsync(fixture, file.Url);

        Assert.That(file.RequestCount, Is.GreaterThan(4), "more breaks than retries");
    }

    [Test]
    public async Task Answers_that_are_shorter_than_asked_are_put_together()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.MaximumRangeBytes = 10_000;
        await using var fixture = await ImageFixture.StartAsync();

        await AssertWholeAsync(fixture, file.Url);

        Assert.That(file.BytesSent, Is.EqualTo(Length + 1));
    }

    [Test]
    public async Task Two_hundred_to_a_range_with_another_tag_begins_anew()
    {
        var other = TestImages.Raw(Length, seed: 2);
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var ranges = 0;
        file.OnRequest = request =>
        {
            if (request.Range is null || Interlocked.Increment(ref ranges) != 8) return;
            file.SupportsRanges = false;
            file.Replace(other, "\"v2\"");
        };
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(other)));
    }

    [Test]
    public async Task A_signed_address_that_expires_is_asked_for_again()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var redirect = server.AddRedirect("latest", "disk.img?signature=0");
        var uses = 0;
        var signature = 0;
        redirect.OnRequest = _ =>
        {
            Volatile.Write(ref uses, 0);
            redirect.RedirectTo = $"{file.Url}?signature={Interlocked.Increment(ref signature)}";
        };
        file.OnRequest = _ => file.Status = Interlocked.Increment(ref uses) > 6 ? 403 : null;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1);

        await AssertWholeAsync(fixture, redirect.Url);

        Assert.That(file.BytesSent, Is.LessThan(Length + 40), "no chunk was sent twice");
    }

    [Test]
    public async Task A_place_that_refuses_for_good_is_told_without_asking_for_credentials()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var redirect = server.AddRedirect("latest", "disk.img?signature=1");
        file.OnRequest = request => file.Status = request.Range == "bytes=0-0" ? null : 403;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1);

        var error = await fixture.FailAsync(new ImageImport { Location = redirect.Url });

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.PermissionDenied, false)));
        Assert.That(error.Remedy, Does.Not.Contain("Credentials"));
        Assert.That(redirect.RequestCount, Is.EqualTo(2), "asked again once");
    }

    [TestCase(1, 503)]
    [TestCase(1, 429)]
    [TestCase(1, 403)]
    [TestCase(2, 503)]
    [TestCase(2, 403)]
    public async Task A_server_of_few_connections_gets_as_many_as_it_bears(int connections, int status)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.MaximumAtOnce = connections;
        file.BusyStatus = status;
        file.BytesPerSecond = 3_000_000;
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 3);

        await AssertWholeAsync(fixture, file.Url);

        Assert.That(file.BytesSent, Is.EqualTo(Length + 1), "what came was kept");
    }

    [Test]
    public async Task As_many_connections_are_made_as_the_host_allows()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 1_000_000;
        await using var fixture = await ImageFixture.StartAsync(options => options.Parallelism = 2);

        await AssertWholeAsync(fixture, file.Url);

        Assert.That(file.MostAtOnce, Is.EqualTo(2));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Back_ends_that_name_the_same_bytes_differently_give_one_image(bool hasDigest)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var answers = 0;
        file.ETagOf = _ => $"\"backend-{Interlocked.Increment(ref answers) % 3}\"";
        await using var fixture = await ImageFixture.StartAsync();

        await AssertWholeAsync(fixture, file.Url, hasDigest ? TestImages.Sha256(_bytes) : null);

        if (hasDigest) Assert.That(file.RequestCount, Is.LessThan(30), "twenty chunks, two probes and what was contradicted: the digest decides");
        else Assert.That(file.Requests[^1].Range, Is.Null, "one stream is of one back end");
    }

    [Test]
    public async Task A_file_that_is_another_at_each_request_comes_in_one_stream()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var version = 1;
        file.OnRequest = _ =>
        {
            var next = Interlocked.Increment(ref version);
            file.Replace(TestImages.Raw(Length, next), $"\"v{next}\"");
        };
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(image.Status.Digest, Is.AnyOf([.. Enumerable.Range(2, version - 1).Select(seed => TestImages.Sha256(TestImages.Raw(Length, seed)))]), "all of one version");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_came_before_an_outage_is_gone_on_with_by_the_next_import(bool isAnotherMirror)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        var mirror = server.Add("mirror/disk.img", _bytes);
        mirror.ETag = "\"another\"";
        var ranges = 0;
        file.OnRequest = request =>
        {
            if (request.Range is not "bytes=0-0" && Interlocked.Increment(ref ranges) > 10) file.Status = 503;
        };
        var import = new ImageImport { Location = file.Url, ExpectedDigest = isAnotherMirror ? TestImages.Sha256(_bytes) : null };
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumRetries = 1);
        var error = await fixture.FailAsync(import);
        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)));
        Assert.That(fixture.Files(), Has.Count.EqualTo(2), "the bytes and their journal");
        var before = file.BytesSent;
        file.OnRequest = null;
        file.Status = null;

        var image = await fixture.ImportAsync(import with { Location = (isAnotherMirror ? mirror : file).Url, Name = "another name" });

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        Assert.That(before, Is.GreaterThanOrEqualTo(10 * ChunkBytes));
        Assert.That(file.BytesSent + mirror.BytesSent, Is.LessThanOrEqualTo(Length + 2), "no chunk was sent twice");
        Assert.That(fixture.Files(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_is_kept_of_failed_downloads_is_bounded_by_age_and_quota()
    {
        await using var server = FileServer.Start();
        var files = Enumerable.Range(0, 3).Select(index => server.Add($"disk{index}.img", TestImages.Raw(Length, index))).ToList();
        foreach (var file in files)
        {
            var ranges = 0;
            file.OnRequest = request =>
            {
                if (request.Range is not "bytes=0-0" && Interlocked.Increment(ref ranges) > 10) file.Status = 503;
            };
        }

        await using var fixture = await ImageFixture.StartAsync(options =>
        {
            options.MaximumRetries = 1;
            // Room for two of eleven chunks or so.
            options.KeptDownloadBytes = 29 * ChunkBytes;
        });
        foreach (var file in files) await fixture.FailAsync(new ImageImport { Location = file.Url });
        Assert.That(fixture.Files().Count(name => name.EndsWith(".part", StringComparison.Ordinal)), Is.EqualTo(2), "the oldest gave way");

        fixture.StoreOptions.KeptDownloadAge = TimeSpan.Zero;
        foreach (var image in (await fixture.Images.ListAsync()).Items) await fixture.Images.DeleteAsync(image.Id);

        await Eventually.TrueAsync(() => fixture.Files().Count == 0, "what is too old is deleted");
    }

    [Test]
    public async Task A_retry_is_told_while_it_is_waited_for()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.FailNext(2);
        await using var fixture = await ImageFixture.StartAsync(options => options.RetryDelay = TimeSpan.FromSeconds(1));
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });
        var steps = new List<OperationProgress>();
        await foreach (var step in handle.WatchProgressAsync()) steps.Add(step);
        await handle.CompletedAsync();

        Assert.That(steps.Select(step => step.Message).OfType<string>(), Has.Some.StartsWith("trying again in ").And.Some.Contains("503"));
        Assert.That(steps[^1].Message, Is.Null);
    }

    private async Task AssertWholeAsync(ImageFixture fixture, string location, ImageDigest? digest = null)
    {
        var image = await fixture.ImportAsync(new ImageImport { Location = location, ExpectedDigest = digest });
        Assert.That((image.Status.Digest, image.Status.SizeBytes), Is.EqualTo((TestImages.Sha256(_bytes), (long)Length)));
        Assert.That(await File.ReadAllBytesAsync(fixture.PathOf(image)), Is.EqualTo(_bytes));
        Assert.That(fixture.Files(), Has.Count.EqualTo(1));
    }
}
