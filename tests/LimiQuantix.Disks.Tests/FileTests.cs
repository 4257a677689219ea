using System.Runtime.Versioning;
using LimiQuantix.Testing;

namespace LimiQuantix.Disks.Tests;

/// <summary>Files on the real file system.</summary>
public sealed class FileTests
{
    private const int MiB = 1 << 20;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Copy_is_the_same_bytes_and_keeps_the_holes()
    {
        string source = await SparseSourceAsync();
        List<long> progress = [];
        long length = await SparseFile.CopyAsync(source, _folder.Combine("copy"), progress.Add);

        Assert.That(length, Is.EqualTo(64L * MiB + 5));
        Assert.That(await SameAsync(source, _folder.Combine("copy")), Is.True);
        Assert.That(progress, Is.Ordered);
        Assert.That(progress[^1], Is.EqualTo(length));
        if (OperatingSystem.IsLinux())
            Assert.That(SparseFile.MeasureData(_folder.Combine("copy")), Is.EqualTo(SparseFile.MeasureData(source)).And.LessThan(8L * MiB));
    }

    [Test]
    [Category("Integration")]
    [Platform("Linux")]
    public async Task Copy_to_another_file_system_is_the_same_bytes_and_keeps_the_holes()
    {
        await using FullDisk other = await FullDisk.MountAsync(32 * MiB);
        string source = await SparseSourceAsync();
        string copy = Path.Combine(other.Path, "copy");
        await SparseFile.CopyAsync(source, copy);
        Assert.That(await SameAsync(source, copy), Is.True);
        Assert.That(SparseFile.MeasureData(copy), Is.LessThan(8L * MiB));
    }

    [Test]
    [Category("Integration")]
    [Platform("Linux")]
    public async Task Copy_that_meets_a_full_disk_says_so()
    {
        await using FullDisk small = await FullDisk.MountAsync(2 * MiB);
        string source = await _folder.WriteAsync("source", Noise(4 * MiB));
        IOException thrown = (await Assert.CatchAsync<IOException>(() => SparseFile.CopyAsync(source, Path.Combine(small.Path, "copy"))))!;
        Assert.That(DurableFile.IsDiskFull(thrown), Is.True);
    }

    [Test]
    public async Task Copy_does_not_replace_and_ends_when_it_is_cancelled()
    {
        string source = await _folder.WriteAsync("source", Noise(32 * MiB));
        string there = await _folder.WriteAsync("there", "x"u8.ToArray());
        await Assert.CatchAsync<IOException>(() => SparseFile.CopyAsync(source, there));
        Assert.That(await File.ReadAllTextAsync(there), Is.EqualTo("x"));

        using CancellationTokenSource cancel = new();
        bool shared = false;
        Task<long> copy = SparseFile.CopyAsync(source, _folder.Combine("copy"), done =>
        {
            shared |= done == 32 * MiB && !cancel.IsCancellationRequested;
            cancel.Cancel();
        }, cancel.Token);
        // A file system that shares the blocks is done at once.
        if (!await copy.ContinueWith(_ => shared, TaskScheduler.Default))
            await Assert.CatchAsync<OperationCanceledException>(() => copy);
    }

    [Test]
    public async Task Empty_file_is_copied()
    {
        string source = await _folder.WriteAsync("source", Array.Empty<byte>());
        Assert.That(await SparseFile.CopyAsync(source, _folder.Combine("copy")), Is.Zero);
        Assert.That(new FileInfo(_folder.Combine("copy")).Length, Is.Zero);
    }

    [Test]
    public async Task Written_zeroes_are_holes()
    {
        byte[] bytes = new byte[4 * MiB];
        Noise(64 << 10).CopyTo(bytes, MiB);
        bytes[^1] = 1;
        string path = _folder.Combine("file");
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous))
        {
            RandomAccess.SetLength(file, bytes.Length);
            await SparseFile.WriteAsync(file, bytes, 0);
        }
        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(bytes));
        if (OperatingSystem.IsLinux())
            Assert.That(SparseFile.MeasureData(path), Is.EqualTo(128 << 10));
    }

    [Test]
    public async Task Published_file_has_its_name_only_and_replaces_none_unless_it_may()
    {
        string target = _folder.Combine("target");
        DurableFile.Publish(await _folder.WriteAsync("first", "1"u8.ToArray()), target);
        string second = await _folder.WriteAsync("second", "2"u8.ToArray());
        Assert.Catch<IOException>(() => DurableFile.Publish(second, target));
        Assert.That((await File.ReadAllTextAsync(target), File.Exists(second)), Is.EqualTo(("1", true)));
        DurableFile.Publish(second, target, overwrite: true);
        Assert.That((await File.ReadAllTextAsync(target), File.Exists(second)), Is.EqualTo(("2", false)));
    }

    [Test]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public void Folder_that_is_not_there_is_told()
    {
        IOException thrown = Assert.Catch<IOException>(() => DurableFile.FlushFolder(_folder.Combine("nothing")))!;
        Assert.That(thrown.Message, Does.Contain("nothing").And.Contain("No such file"));
    }

    /// <summary>Data at the start, in the middle and at an end that is no whole block; holes between.</summary>
    private async Task<string> SparseSourceAsync()
    {
        string path = _folder.Combine("source");
        await using FileStream file = new(path, FileMode.CreateNew);
        await file.WriteAsync(Noise(MiB));
        file.Position = 20 * MiB;
        await file.WriteAsync(Noise(3 * MiB));
        file.Position = 64L * MiB;
        await file.WriteAsync("12345"u8.ToArray());
        return path;
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static async Task<bool> SameAsync(string first, string second)
    {
        byte[] a = await File.ReadAllBytesAsync(first);
        byte[] b = await File.ReadAllBytesAsync(second);
        return a.AsSpan().SequenceEqual(b);
    }
}
