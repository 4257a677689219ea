namespace LimiQuantix.Testing;

/// <summary>A small file system (tmpfs) of its own size, for tests of a disk that fills up. Needs root.</summary>
public sealed class FullDisk : IAsyncDisposable
{
    private readonly TemporaryFolder folder;

    private FullDisk(TemporaryFolder folder) => this.folder = folder;

    /// <summary>The folder that the file system is mounted on.</summary>
    public string Path => folder.Path;

    /// <summary>Mounts a file system of the given size; skips (in CI: fails) the test when not root.</summary>
    public static async Task<FullDisk> MountAsync(long sizeBytes)
    {
        Requires.Root();
        var folder = new TemporaryFolder();
        try
        {
            await Command.OutputAsync(Requires.Tool("mount"), ["-t", "tmpfs", "-o", $"size={sizeBytes},mode=0755", "limiquantix-test", folder.Path]);
            return new FullDisk(folder);
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes what is free, up to leaving <paramref name="leaveBytes"/>; delete the file it gives to make room again.</summary>
    public async Task<string> FillAsync(long leaveBytes = 0)
    {
        string filler = System.IO.Path.Combine(Path, "filler");
        long take = new DriveInfo(Path).AvailableFreeSpace - leaveBytes;
        byte[] block = new byte[64 * 1024];
        await using var file = new FileStream(filler, FileMode.Create, FileAccess.Write);
        for (; take > 0; take -= block.Length)
            await file.WriteAsync(block.AsMemory(0, (int)Math.Min(take, block.Length)));
        return filler;
    }

    /// <summary>Makes the file system larger while it is used.</summary>
    public Task GrowAsync(long sizeBytes) => Command.OutputAsync(Requires.Tool("mount"), ["-o", $"remount,size={sizeBytes}", Path]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Lazily: a program under test that still holds a file must not keep the mount visible.
        await Command.OutputAsync(Requires.Tool("umount"), ["-l", folder.Path]);
        await folder.DisposeAsync();
    }
}
