using System.Runtime.InteropServices;
using System.Text;
using LimiQuantix.Diagnostics;

namespace LimiQuantix.Core.Diagnostics;

/// <summary>What the engine itself needs, whatever the plugins.</summary>
/// <param name="dataDirectory">The engine's folder for what must last.</param>
/// <param name="runtimeDirectory">The engine's folder for sockets.</param>
internal sealed class EnginePrerequisites(string dataDirectory, string runtimeDirectory)
{
    /// <summary>Below this much free space not even a small image can be imported.</summary>
    private const long MinimumFreeBytes = 1L << 30;

    /// <summary>A unix socket's path holds 107 bytes (unix(7)); an instance's folder and a socket's name take the rest.</summary>
    private const int MaximumRuntimePathBytes = 60;

    public IReadOnlyList<Prerequisite> Check() => [CheckRuntime(), CheckDataFolder(), CheckFreeSpace(), CheckRuntimeFolder()];

    private static Prerequisite CheckRuntime() => new()
    {
        Name = ".NET runtime",
        Status = PrerequisiteStatus.Found,
        Detail = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}",
    };

    private Prerequisite CheckDataFolder()
    {
        string existing = NearestExisting(dataDirectory);
        try
        {
            string probe = Path.Combine(existing, $".limiquantix-{Guid.NewGuid():N}");
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return new Prerequisite { Name = "data folder", Status = PrerequisiteStatus.Found, Detail = dataDirectory };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Prerequisite
            {
                Name = "data folder",
                Status = PrerequisiteStatus.Unusable,
                Detail = $"{existing} cannot be written: {e.Message}",
                Remedy = $"sudo chown {Environment.UserName} {existing}",
            };
        }
    }

    private Prerequisite CheckFreeSpace()
    {
        try
        {
            long free = new DriveInfo(NearestExisting(dataDirectory)).AvailableFreeSpace;
            bool enough = free >= MinimumFreeBytes;
            return new Prerequisite
            {
                Name = "free space",
                Status = enough ? PrerequisiteStatus.Found : PrerequisiteStatus.Unusable,
                Detail = $"{free / (double)(1L << 30):0.0} GiB free for {dataDirectory}",
                Remedy = enough ? null : "Free at least 1 GiB, or choose a data folder on a larger disk.",
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Prerequisite { Name = "free space", Status = PrerequisiteStatus.Unknown, Detail = e.Message, IsOptional = true };
        }
    }

    private Prerequisite CheckRuntimeFolder()
    {
        int length = Encoding.UTF8.GetByteCount(runtimeDirectory);
        bool fits = OperatingSystem.IsWindows() || length <= MaximumRuntimePathBytes;
        return new Prerequisite
        {
            Name = "runtime folder",
            Status = fits ? PrerequisiteStatus.Found : PrerequisiteStatus.Unusable,
            Detail = fits ? runtimeDirectory : $"{runtimeDirectory} has {length} bytes; sockets in it need a path of at most {MaximumRuntimePathBytes}.",
            Remedy = fits ? null : "Choose a runtime folder with a shorter path, such as one below /run.",
        };
    }

    private static string NearestExisting(string path)
    {
        string current = Path.GetFullPath(path);
        while (!Directory.Exists(current) && Path.GetDirectoryName(current) is { } parent)
            current = parent;
        return current;
    }
}
