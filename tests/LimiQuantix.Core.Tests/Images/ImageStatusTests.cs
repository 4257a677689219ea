using LimiQuantix.Images;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>What is seen of images is a document of its own, written by whoever leads.</summary>
internal sealed class ImageStatusTests
{
    private readonly byte[] _bytes = TestImages.Raw(2_000_000);

    [Test]
    public async Task Progress_of_an_import_is_in_lists_and_watches_and_ends_with_it()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        file.BytesPerSecond = 100_000;
        await using var fixture = await ImageFixture.StartAsync();
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = file.Url });

        Image? listed = null;
        await Eventually.TrueAsync(
            async () => (listed = (await fixture.Images.ListAsync(new ImageQuery())).Items.Single()).Status.Progress is { Step: "download", Completed: > 0 },
            "a list tells how far the import is");
        using var deadline = new CancellationTokenSource(Eventually.DefaultTimeout);
        await foreach (var change in fixture.Images.WatchAsync(new ImageQuery(), cancellationToken: deadline.Token))
        {
            if (change.Resource?.Status.Progress?.Completed > listed!.Status.Progress!.Completed) break;
        }

        file.BytesPerSecond = null;
        var image = await handle.CompletedAsync();

        Assert.That((listed!.Status.Phase, listed.Status.AppliedGeneration), Is.EqualTo((ImagePhase.Importing, 0L)));
        Assert.That((image.Status.Phase, image.Status.Progress, image.Status.Error), Is.EqualTo((ImagePhase.Ready, (object?)null, (object?)null)));
        Assert.That((image.Status.AppliedGeneration, image.Status.ObservedAt is not null), Is.EqualTo((image.Generation, true)));
    }

    [Test]
    public async Task File_that_is_gone_is_told_and_fetched_again()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", _bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(path);
        await Eventually.TrueAsync(async () => (await fixture.Images.ListAsync(new ImageQuery())).Items.Single().Status.ObservedAt is not null, "it was seen");
        File.Delete(fixture.PathOf(image));

        var gone = await fixture.Images.GetAsync(image.Id);
        var stored = await fixture.Images.GetAsync(image.Id, new GetOptions { Stored = true });
        var again = await fixture.Images.EnsureAsync(path);

        Assert.That((gone.Status.Phase, gone.Status.Error?.Code, gone.Status.IsStale), Is.EqualTo((ImagePhase.Ready, ErrorCodes.NotFound, false)));
        Assert.That(stored.Status.Error, Is.Null, "only get asks the store");
        Assert.That((again.Id, again.Status.Error), Is.EqualTo((image.Id, (object?)null)));
    }

    [Test]
    public async Task Store_that_does_not_answer_leaves_what_was_seen_last()
    {
        await using var folder = new TemporaryFolder();
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(await folder.WriteAsync("disk.img", _bytes));
        await Eventually.TrueAsync(async () => (await fixture.Images.ListAsync(new ImageQuery())).Items.Single().Status.ObservedAt is not null, "it was seen");

        await fixture.CloseAsync<IImageStore>(CoreKinds.LibraryInstance);
        var stale = await fixture.Images.GetAsync(image.Id);

        Assert.That((stale.Status.Phase, stale.Status.Digest, stale.Status.IsStale), Is.EqualTo((ImagePhase.Ready, image.Status.Digest, true)));
        Assert.That((stale.Status.Error?.Code, stale.Status.ObservedAt is not null), Is.EqualTo((ErrorCodes.FailedPrecondition, true)));
    }

    [Test]
    public async Task What_was_seen_goes_with_the_image()
    {
        await using var folder = new TemporaryFolder();
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(await folder.WriteAsync("disk.img", _bytes));
        var key = $"status/images/{image.Id}";
        await Eventually.TrueAsync(async () => await fixture.State.GetAsync(key) is not null, "it is written");

        await fixture.Images.DeleteAsync(image.Id);

        await Eventually.TrueAsync(async () => await fixture.State.GetAsync(key) is null, "it is forgotten");
    }
}
