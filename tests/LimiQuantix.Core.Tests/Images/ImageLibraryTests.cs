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
    public async Task A_file_stays_when_an_image_takes_it_while_it_is_being_deleted()
    {
        await using var folder = new TemporaryFolder();
        var library = new ImageLibrary(folder.Path);
        library.Open(Installation);
        var path = library.PathOf(Digest, DiskFormat.Raw);
        await File.WriteAllTextAsync(path, "disk");
        var asked = 0;

        await library.RemoveUnusedAsync(Digest, () => Task.FromResult(++asked == 2), CancellationToken.None);
        Assert.That(File.Exists(path), "an image came between the two questions");

        await library.RemoveUnusedAsync(Digest, () => Task.FromResult(false), CancellationToken.None);
        Assert.That(library.ListDigests(), Is.Empty);
    }

    [Test]
    public async Task Collectors_of_one_library_exclude_one_another_as_those_of_two_processes_do()
    {
        await using var folder = new TemporaryFolder();
        var library = new ImageLibrary(folder.Path);
        library.Open(Installation);
        var another = new ImageLibrary(folder.Path);
        var path = library.PathOf(Digest, DiskFormat.Raw);
        await File.WriteAllTextAsync(path, "disk");
        TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;

        // The first one has asked and not heard; meanwhile the others must not begin, or one of them takes the file from under it.
        var first = library.RemoveUnusedAsync(Digest, () => answer.Task, CancellationToken.None);
        var others = new[] { library, another }.Select(other => other.RemoveUnusedAsync(Digest, () => Task.FromResult(++asked > 0), CancellationToken.None)).ToList();
        await Task.Delay(300);
        Assert.That(asked, Is.Zero);

        answer.SetResult(true);
        await Task.WhenAll(others.Append(first));
        Assert.That(File.Exists(path));
        Assert.That(asked, Is.EqualTo(2));
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

    [Test]
    public async Task A_deletion_that_a_crash_interrupted_is_finished_or_undone()
    {
        await using var folder = new TemporaryFolder();
        var library = new ImageLibrary(folder.Path);
        library.Open(Installation);
        var path = library.PathOf(Digest, DiskFormat.Raw);
        await File.WriteAllTextAsync(path + ".deleting", "disk");
        Assert.That(library.ListDigests(), Is.EqualTo(new[] { Digest }));

        await library.RemoveUnusedAsync(Digest, () => Task.FromResult(true), CancellationToken.None);
        Assert.That(File.Exists(path));
        File.Move(path, path + ".deleting");
        await library.RemoveUnusedAsync(Digest, () => Task.FromResult(false), CancellationToken.None);

        Assert.That(library.ListDigests(), Is.Empty);
    }

    [Test]
    public async Task The_engines_start_sweeps_what_no_image_has()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", TestImages.Raw(100_000));
        await using var fixture = await ImageFixture.StartAsync();
        var image = await fixture.Images.EnsureAsync(path);
        await fixture.StopAsync();
        var library = fixture.Services.Library;
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
