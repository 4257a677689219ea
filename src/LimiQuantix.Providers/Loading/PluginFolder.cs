using System.Security.Cryptography;

namespace LimiQuantix.Providers.Loading;

/// <summary>A plugin's folder and the files in it: plain files only, no link leads out of it.</summary>
internal sealed class PluginFolder
{
    private const int MaxFiles = 2000;

    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    private PluginFolder(string path)
    {
        Path = path;
        Name = System.IO.Path.GetFileName(path);
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The folder's own name.</summary>
    public string Name { get; }

    /// <summary>The relative paths of all files, with forward slashes, in ordinal order.</summary>
    public IEnumerable<string> Files => _files.Order(StringComparer.Ordinal);

    /// <summary>Lists a folder.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PluginRefused"/>: a link, or too many files.</exception>
    public static PluginFolder Open(string path)
    {
        PluginFolder folder = new(path);
        folder.Collect(new DirectoryInfo(path), "");
        return folder;
    }

    /// <summary>The absolute path of a file of the folder, or null when there is no such file.</summary>
    public string? Find(string relativePath) => _files.Contains(relativePath) ? System.IO.Path.Combine(Path, relativePath) : null;

    /// <summary>The SHA-256 digest of a file, in lower-case hexadecimal.</summary>
    public string Digest(string relativePath)
    {
        using FileStream stream = OpenFile(relativePath);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The manifest's bytes: never more than one above its bound.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PluginRefused"/>: there is none.</exception>
    public byte[] ReadManifest()
    {
        if (Find(PluginManifest.FileName) is null)
            throw WithoutManifest();
        using FileStream stream = OpenFile(PluginManifest.FileName);
        byte[] buffer = new byte[PluginManifestParser.MaxBytes + 1];
        int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }

    private LimiQuantixException WithoutManifest()
    {
        string text = $"The folder {Path} has no {PluginManifest.FileName}";
        if (_files.Count == 0)
            return PluginRefusal.Because(Name, text + ": it is empty.", "Install the plugin in it, or remove the folder.");
        if (Files.FirstOrDefault(f => System.IO.Path.GetFileName(f) == PluginManifest.FileName) is { } deeper)
        {
            string inner = System.IO.Path.Combine(Path, System.IO.Path.GetDirectoryName(deeper)!);
            return PluginRefusal.Because(
                Name, $"{text}: the file is in {inner}.", $"What is in {inner} is the plugin: put that, and nothing around it, into {Path}.");
        }

        if (Files.FirstOrDefault(f => f.StartsWith(PluginManifest.FileName, StringComparison.OrdinalIgnoreCase)) is { } other)
            return PluginRefusal.Because(Name, $"{text}, but a '{other}'.", $"Rename it to {PluginManifest.FileName}.");
        return PluginRefusal.Because(
            Name,
            text + ".",
            $"Add the manifest beside the plugin's assembly (in its project: <None Update=\"{PluginManifest.FileName}\" CopyToOutputDirectory=\"PreserveNewest\" />), or remove the folder.");
    }

    /// <summary>Opens a file to read it.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.PluginRefused"/>: a pipe, a socket or a device, all of which have no length; opening one can wait forever.
    /// </exception>
    public FileStream OpenFile(string relativePath)
    {
        string path = System.IO.Path.Combine(Path, relativePath);
        if (new FileInfo(path).Length == 0)
        {
            throw PluginRefusal.Because(
                Name, $"'{relativePath}' in the folder of plugin '{Name}' is empty or no regular file.", "Install the plugin again.");
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    private void Collect(DirectoryInfo directory, string prefix)
    {
        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
        {
            string relativePath = prefix + entry.Name;
            if (entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                throw PluginRefusal.Because(Name, $"'{relativePath}' in the folder of plugin '{Name}' is a link.", "Put the file itself there.");
            if (entry is DirectoryInfo inner)
                Collect(inner, relativePath + "/");
            else if (_files.Add(relativePath) && _files.Count > MaxFiles)
                throw PluginRefusal.Because(Name, $"The folder of plugin '{Name}' has more than {MaxFiles} files.", "Ship fewer files.");
        }
    }
}
