using System.Diagnostics;
using LimiQuantix.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

[TestFixture]
internal sealed class TemporaryAreaTests
{
    private TemporaryFolder _outer = null!;
    private PoolFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _outer = new TemporaryFolder();
        _folder = new PoolFolder(_outer.Path, Guid.CreateVersion7());
        _folder.Create();
    }

    [TearDown]
    public void Remove() => _outer.Dispose();

    [Test]
    public async Task Area_of_a_living_process_is_left_alone()
    {
        using TemporaryArea area = TemporaryArea.Create(_folder);
        string path = area.NewPath();
        await File.WriteAllTextAsync(path, "half");
        Assert.That(TemporaryArea.Clean(_folder), Is.Zero);
        Assert.That(File.Exists(path), Is.True);
    }

    [Test]
    public async Task Area_of_a_killed_process_is_removed_and_nothing_else()
    {
        // What kill -9 leaves: the lock's file, which nobody holds, and the area.
        string area = _folder.Combine(".tmp-0123");
        System.IO.Directory.CreateDirectory(area);
        await File.WriteAllTextAsync(Path.Combine(area, "half"), "half");
        await File.WriteAllTextAsync(area + ".lock", "");
        string foreign = _folder.Combine(".tmp-of-somebody");
        System.IO.Directory.CreateDirectory(foreign);
        Assert.That(TemporaryArea.Clean(_folder), Is.EqualTo(1));
        Assert.That(System.IO.Directory.GetFileSystemEntries(_folder.Path), Is.EqualTo([foreign]));
    }

    [Test]
    [Category("Integration")]
    public async Task Area_of_another_process_is_left_alone_until_that_is_killed()
    {
        string area = _folder.Combine(".tmp-0123");
        System.IO.Directory.CreateDirectory(area);
        using Process holder = Process.Start(new ProcessStartInfo(
            Requires.Tool("flock"), ["--exclusive", "--no-fork", area + ".lock", "sh", "-c", "echo held; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.That(await holder.StandardOutput.ReadLineAsync(), Is.EqualTo("held"));
            Assert.That(TemporaryArea.Clean(_folder), Is.Zero);
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync();
        }
        Assert.That(TemporaryArea.Clean(_folder), Is.EqualTo(1));
        Assert.That(System.IO.Directory.Exists(area), Is.False);
    }

    [Test]
    public void Disposed_area_is_gone()
    {
        TemporaryArea.Create(_folder).Dispose();
        Assert.That(System.IO.Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }
}
