namespace LimiQuantix.Testing;

/// <summary>
/// A new empty folder with a short path (a unix socket's path holds 107 bytes), deleted with all it holds on disposal.
/// </summary>
public sealed class TemporaryFolder : IAsyncDisposable, IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("lq-").FullName;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The full path of a name in the folder.</summary>
    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file in the folder and gives its full path.</summary>
    public async Task<string> WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        string path = Combine(name);
        await File.WriteAllBytesAsync(path, content, cancellationToken);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    /// <summary>Deletes the folder; a program that is just ending may still add a file, so a few tries are made.</summary>
    public async ValueTask DisposeAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Dispose();
                return;
            }
            catch (IOException) when (attempt < 10)
            {
                await Task.Delay(100);
            }
        }
    }
}
