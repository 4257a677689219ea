using LimiQuantix.Images;
using LimiQuantix.Images.Library;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class ImageLibraryTests
{
    private static readonly Guid Installation = Guid.CreateVersion7();
    private static readonly ImageDigest Digest = new("sha256", new string('a', 64));

    [Test]
    public async Task Another_installations_library_is_refused()
    {
        await using var folder = new TemporaryFolder();
        var library = new ImageLibrary(folder.Path);
        library.Open(Installation);
        Assert.That(() => library.Open(Installation), Throws.Nothing);

        var error = Assert.Throws<LimiQuantixException>(() => library.Open(Guid.CreateVersion7()));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
    }

    [Test]
    public async Task A_draft_of_the_mark_that_a_kill_left_is_deleted_at_the_next_start()
    {
        await using var folder = new TemporaryFolder();
        var mark = Path.Combine(folder.Path, "installation");
        await File.WriteAllTextAsync($"{mark}.{Guid.CreateVersion7():N}", "");
        await File.WriteAllTextAsync($"{mark}.txt", "an operator's");

        new ImageLibrary(folder.Path).Open(Installation);

        Assert.That(Directory.GetFiles(folder.Path), Is.EquivalentTo(new[] { mark, $"{mark}.txt" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_deletion_that_a_crash_interrupted_is_finished_or_undone(bool isOfAnEarlierVersion)
    {
        await using var folder = new TemporaryFolder();
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(await folder.WriteAsync("disk.img", TestImages.Raw(100_000)));
        await fixture.StopAsync();
        var suffix = isOfAnEarlierVersion ? ".deleting" : $".{Guid.CreateVersion7():N}.deleting";
        File.Move(fixture.PathOf(image), fixture.PathOf(image) + suffix);
        await File.WriteAllTextAsync(fixture.Library.PathOf(Digest, DiskFormat.Raw) + suffix, "no image has it");

        await using var next = await fixture.StartAnotherAsync();

        await Eventually.TrueAsync(
            () => next.Files().SequenceEqual([Path.GetFileName(fixture.PathOf(image))]), "what an image has comes back, and the rest goes");
        Assert.That((await next.Stores.FindAsync(image.Status.Digest!, CancellationToken.None))?.SizeBytes, Is.EqualTo(100_000));
    }

    [Test]
    public async Task A_file_that_was_damaged_by_hand_is_fetched_again()
    {
        await using var folder = new TemporaryFolder();
        var bytes = TestImages.Raw(100_000);
        var path = await folder.WriteAsync("disk.img", bytes);
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(path);
        await File.WriteAllBytesAsync(fixture.PathOf(image), [.. bytes.Select(one => (byte)(one ^ 1))]);

        var again = await fixture.Images.EnsureAsync(path);

        Assert.That((again.Id, again.Status.Digest), Is.EqualTo((image.Id, image.Status.Digest)));
        Assert.That(await File.ReadAllBytesAsync(fixture.PathOf(again)), Is.EqualTo(bytes));
    }

    [Test]
    public async Task The_engines_start_sweeps_what_no_image_has()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", TestImages.Raw(100_000));
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(path);
        await fixture.StopAsync();
        var library = fixture.Library;
        await File.WriteAllTextAsync(library.PartialPath(Guid.CreateVersion7()), "left by a crash");
        await File.WriteAllTextAsync(library.PathOf(Digest, DiskFormat.Qcow2), "left by a crash");
        var foreign = Path.Combine(fixture.Options.LibraryDirectory, "sha256", "notes.txt");
        await File.WriteAllTextAsync(foreign, "an operator's");

        await using var next = await fixture.StartAnotherAsync();
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (next.Files().Count > 2 && DateTimeOffset.UtcNow < deadline) await Task.Delay(50);

        Assert.That(next.Files(), Is.EquivalentTo(new[] { Path.GetFileName(fixture.PathOf(image)), "notes.txt" }));
    }

    [Test]
    public async Task An_image_whose_file_vanished_is_imported_again()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", TestImages.Raw(100_000));
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(path);
        File.Delete(fixture.PathOf(image));

        var again = await fixture.Images.EnsureAsync(path);

        Assert.That(again.Id, Is.EqualTo(image.Id));
        Assert.That(File.Exists(fixture.PathOf(again)));
    }

    [Test]
    public async Task The_authorizer_is_asked_and_local_files_are_a_right_of_their_own()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", TestImages.Raw(100_000));
        await using var fixture = await ImageFixture.StartAsync(access: new Access(new OnlyImport()));

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.EnsureAsync(path));

        Assert.That((error!.Code, error.Message.Contains("images.import_local", StringComparison.Ordinal)), Is.EqualTo((ErrorCodes.PermissionDenied, true)));
        Assert.That(async () => await fixture.Images.ListAsync(), Throws.TypeOf<LimiQuantixException>());
    }
}
