using System.Diagnostics.Metrics;
using LimiQuantix.Images;
using LimiQuantix.Operations;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class ImportTests
{
    private const int Length = 3_000_000;
    private readonly byte[] _bytes = TestImages.Raw(Length);

    [Test]
    public async Task Import_downloads_verifies_and_stores_by_content()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.ImportAsync(new ImageImport { Location = file.Url + "?token=secret", ExpectedDigest = TestImages.Sha256(_bytes) });

        Assert.That(image.Status.Phase, Is.EqualTo(ImagePhase.Ready));
        Assert.That(image.Name, Is.EqualTo("disk.img"));
        Assert.That(image.Spec.Source, Is.EqualTo(file.Url), "the query may hold a secret");
        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        Assert.That(image.Status.Format, Is.EqualTo(DiskFormat.Raw));
        Assert.That((image.Status.SizeBytes, image.Status.VirtualSizeBytes), Is.EqualTo((Length, (Length + 511L) / 512 * 512)));
        Assert.That(await File.ReadAllBytesAsync(fixture.PathOf(image)), Is.EqualTo(_bytes));
        Assert.That(fixture.Files(), Is.EqualTo(new[] { $"{TestImages.Sha256(_bytes).Hex}.raw" }), "no partial file is left");
        Assert.That(file.Requests.Count(request => request.Range is not null), Is.GreaterThan(Length / fixture.Options.ChunkBytes));
    }

    [Test]
    public async Task Import_takes_a_sha512_digest()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.ImportAsync(new ImageImport { Location = file.Url, ExpectedDigest = TestImages.Sha512(_bytes) });

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)), "the library is addressed by SHA-256");
    }

    [Test]
    public async Task Import_works_without_ranges_length_or_validator()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.SupportsRanges = false;
        file.Chunked = true;
        file.ETag = null;
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        Assert.That(image.Status.SizeBytes, Is.EqualTo(Length));
    }

    [Test]
    public async Task Import_uses_several_connections_when_each_is_slow()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes[..800_000]);
        file.BytesPerSecond = 400_000;
        var inFlight = 0;
        var most = 0;
        await using var fixture = await ImageFixture.StartAsync();
        file.OnRequest = _ => most = Math.Max(most, ++inFlight);

        var steps = new List<OperationProgress>();
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });
        await foreach (var step in handle.WatchProgressAsync()) steps.Add(step);
        await handle.CompletedAsync();

        Assert.That(most, Is.GreaterThanOrEqualTo(4));
        var download = steps.Where(step => step is { Step: "download", Completed: > 0 }).ToList();
        Assert.That(download, Is.Not.Empty);
        Assert.That(download.Select(step => step.Total), Is.All.EqualTo(800_000));
        Assert.That(download.Select(step => step.BytesPerSecond), Has.Some.GreaterThan(0));
        Assert.That(download.Select(step => step.Completed), Is.Ordered);
    }

    [Test]
    public async Task Progress_names_the_steps_to_the_end()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });
        await handle.CompletedAsync();

        Assert.That((await fixture.Operations.FindAsync(handle.Id, default))!.Value.Progress!.Step, Is.EqualTo("commit"));
    }

    [Test]
    public async Task An_import_is_measured()
    {
        using var listener = new MeterListener();
        long bytes = 0;
        List<string?> outcomes = [];
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name.StartsWith("limiquantix.images.", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref bytes, count));
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            lock (outcomes) outcomes.Add(tags[0].Value as string);
        });
        listener.Start();
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();

        await fixture.Images.EnsureAsync(file.Url);

        // At least: other tests' imports are measured too.
        Assert.That(Interlocked.Read(ref bytes), Is.GreaterThanOrEqualTo(Length));
        lock (outcomes) Assert.That(outcomes, Does.Contain("succeeded"));
    }

    [Test]
    public async Task Ensure_gives_a_ready_image_without_asking_the_server_again()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var first = await fixture.Images.EnsureAsync(file.Url);
        var requests = server.RequestCount;

        var second = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(second.Id, Is.EqualTo(first.Id));
        Assert.That(server.RequestCount, Is.EqualTo(requests));
    }

    [Test]
    public async Task Ensure_with_a_digest_gives_the_image_of_those_bytes_wherever_they_came_from()
    {
        await using var server = FileServer.Start();
        var one = server.Add("one/disk.img", _bytes);
        var two = server.Add("two/disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var first = await fixture.Images.EnsureAsync(one.Url);

        var second = await fixture.Images.EnsureAsync(new ImageImport { Location = two.Url, ExpectedDigest = TestImages.Sha256(_bytes) });

        Assert.That(second.Id, Is.EqualTo(first.Id));
        Assert.That(two.RequestCount, Is.Zero);
    }

    [Test]
    public async Task Eight_callers_share_one_download()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 2_000_000;
        await using var fixture = await ImageFixture.StartAsync();

        var images = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => fixture.Images.EnsureAsync(file.Url))));

        Assert.That(images.Select(image => image.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(file.BytesSent, Is.EqualTo(Length + 1), "and the byte of the probe");
        Assert.That((await fixture.Images.ListAsync()).Items, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Ensure_ends_with_one_image_when_the_import_ends_before_any_of_its_reads([Range(1, 12)] int place)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 2_000_000;
        await using var fixture = await ImageFixture.StartAsync();
        var running = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });
        AsyncLocal<bool> isLate = new();
        var reads = 0;
        fixture.State.BeforeRead = () => isLate.Value && ++reads == place ? running.CompletedAsync() : Task.CompletedTask;

        isLate.Value = true;
        var late = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(late.Id, Is.EqualTo((await running.CompletedAsync()).Id));
        Assert.That((await fixture.Images.ListAsync()).Items, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_same_long_name_many_times_gets_a_number_each_and_stays_a_name()
    {
        await using var server = FileServer.Start();
        await using var fixture = await ImageFixture.StartAsync();
        var name = new string('n', 124) + ".img";
        var small = TestImages.Raw(10_000);
        List<string> names = [];
        for (var number = 0; number < 12; number++) names.Add((await fixture.Images.EnsureAsync(server.Add($"{number}/{name}", small).Url)).Name);

        Assert.That(names, Is.Unique.And.All.Length.LessThanOrEqualTo(128));
        Assert.That(names[0], Is.EqualTo(name));
    }

    [Test]
    public async Task Two_projects_share_one_download_and_one_file_until_both_delete_it()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 2_000_000;
        await using var fixture = await ImageFixture.StartAsync();
        var other = fixture.Services.For(new Caller { Name = "guest", Project = "other" });

        var images = await Task.WhenAll(fixture.Images.EnsureAsync(file.Url), other.EnsureAsync(file.Url));

        Assert.That(images[0].Id, Is.Not.EqualTo(images[1].Id));
        Assert.That(file.BytesSent, Is.EqualTo(Length + 1), "and the byte of the probe");
        Assert.That(fixture.Files(), Has.Count.EqualTo(1));
        await Assert.ThrowsAsync<LimiQuantixException>(() => other.GetAsync(images[0].Id));
        await fixture.Images.DeleteAsync(images[0].Id);
        Assert.That(fixture.Files(), Has.Count.EqualTo(1), "the other project's image has the file");
        await other.DeleteAsync(images[1].Id);
        await Eventually.TrueAsync(() => fixture.Files().Count == 0, "whoever leads takes the file out");
        await other.DeleteAsync(images[1].Id);
    }

    [Test]
    public async Task Equal_names_of_different_sources_are_told_apart_unless_the_name_was_asked_for()
    {
        await using var server = FileServer.Start();
        var one = server.Add("a/disk.img", _bytes);
        var two = server.Add("b/disk.img", TestImages.Raw(100_000, seed: 2));
        await using var fixture = await ImageFixture.StartAsync();
        await fixture.ImportAsync(new ImageImport { Location = one.Url });

        var image = await fixture.ImportAsync(new ImageImport { Location = two.Url });

        Assert.That(image.Name, Is.EqualTo("disk.img-2"));
        var error = await Assert.ThrowsAsync<LimiQuantixException>(
            () => fixture.Images.ImportAsync(new ImageImport { Location = two.Url, Name = "disk.img" }));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task An_idempotency_key_gives_the_same_operation_and_refuses_another_request()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var import = new ImageImport { Location = file.Url };
        var key = new ImportOptions { IdempotencyKey = "k1" };
        var first = await fixture.Images.ImportAsync(import, key);
        await first.CompletedAsync();

        Assert.That((await fixture.Images.ImportAsync(import, key)).Id, Is.EqualTo(first.Id));
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.ImportAsync(import with { Name = "x" }, key));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.IdempotencyKeyReused));
    }

    [Test]
    public async Task A_local_file_is_imported_and_imported_anew_when_it_was_rebuilt()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("my disk#1.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var first = await fixture.Images.EnsureAsync(path);
        Assert.That(first.Spec.Source, Is.EqualTo(path));
        Assert.That((await fixture.Images.EnsureAsync(path)).Id, Is.EqualTo(first.Id));

        var rebuilt = TestImages.Raw(Length + 512, seed: 3);
        await File.WriteAllBytesAsync(path, rebuilt);

        Assert.That((await fixture.Images.EnsureAsync(path)).Status.Digest, Is.EqualTo(TestImages.Sha256(rebuilt)));
    }

    [Test]
    public async Task A_mostly_empty_disk_is_stored_with_holes()
    {
        var bytes = TestImages.Empty(32 << 20);
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", bytes);
        await using var fixture = await ImageFixture.StartAsync(options => options.ChunkBytes = 4 << 20);

        var image = await fixture.Images.EnsureAsync(file.Url);

        Assert.That(new FileInfo(fixture.PathOf(image)).Length, Is.EqualTo(bytes.Length));
        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(bytes)));
        var blocks = await Command.OutputAsync(Requires.Tool("stat"), ["-c", "%b", fixture.PathOf(image)]);
        Assert.That(int.Parse(blocks) * 512, Is.LessThan(1 << 20));
    }
}
