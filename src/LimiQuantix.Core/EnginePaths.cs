namespace LimiQuantix.Core;

/// <summary>Where the engine keeps its files on this machine.</summary>
internal sealed record EnginePaths
{
    // Others may pass through a folder but not list it: QEMU runs as another user and must reach its disks.
    private const UnixFileMode PassThrough = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public required string Data { get; init; }

    public required string Runtime { get; init; }

    public string StateFile => Path.Combine(Data, "state.db");

    public string Library => Path.Combine(Data, "library");

    /// <summary>Chooses the folders and makes them.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PermissionDenied"/>: a folder cannot be made.</exception>
    public static EnginePaths Create(LimiQuantixOptions options)
    {
        var isRoot = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();
        var data = options.DataDirectory ?? Environment.GetEnvironmentVariable("LIMIQUANTIX_DATA")
            ?? (isRoot ? "/var/lib/limiquantix" : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "limiquantix"));
        var runtime = options.RuntimeDirectory ?? Environment.GetEnvironmentVariable("LIMIQUANTIX_RUNTIME")
            ?? (isRoot ? "/run/limiquantix" : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? Path.Combine(Path.GetTempPath(), "limiquantix-" + Environment.UserName), "limiquantix"));
        var paths = new EnginePaths { Data = Path.GetFullPath(data), Runtime = Path.GetFullPath(runtime) };
        MakeDirectory(paths.Data);
        MakeDirectory(paths.Runtime);
        return paths;
    }

    public static void MakeDirectory(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, PassThrough);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied, $"The folder {path} cannot be made: {exception.Message}",
                "Set LimiQuantixOptions.DataDirectory and RuntimeDirectory (or LIMIQUANTIX_DATA and LIMIQUANTIX_RUNTIME) to folders this user may write.",
                path, innerException: exception);
        }
    }
}
