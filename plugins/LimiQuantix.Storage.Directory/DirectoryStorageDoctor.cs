using LimiQuantix.Diagnostics;

namespace LimiQuantix.Storage.Directory;

/// <summary>Says whether the pool can work, and what it lacks.</summary>
internal sealed class DirectoryStorageDoctor(PoolFolder folder, SpaceGuard space, PoolImages images) : IReportsPrerequisites
{
    private const string InstallQemuImg = "sudo apt-get install qemu-utils";

    public async Task<ProviderHealth> CheckHealthAsync(Func<CancellationToken, Task> open, CancellationToken cancellationToken)
    {
        try
        {
            await open(cancellationToken).ConfigureAwait(false);
            if (images.FindProgram() is null)
                return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = $"qemu-img is not installed. {InstallQemuImg}" };
            (long capacity, long available) = space.Measure();
            return space.Warning(capacity, available) is { } warning
                ? new ProviderHealth { Status = ProviderHealthStatus.Degraded, Description = warning }
                : ProviderHealth.Healthy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LimiQuantixException)
        {
            LimiQuantixException error = StorageFailure.From(e, folder.Path);
            return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = error.Message, Error = error.Error };
        }
    }

    public Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default)
    {
        string? program = images.FindProgram();
        Prerequisite tool = new()
        {
            Name = "qemu-img",
            Status = program is null ? PrerequisiteStatus.Missing : PrerequisiteStatus.Found,
            Detail = program ?? "makes the volumes of storage pools in folders",
            Remedy = program is null ? InstallQemuImg : null,
        };
        return Task.FromResult(new PrerequisiteReport { Prerequisites = [tool, CheckFolder()] });
    }

    /// <summary>Under qemu:///system QEMU is another user, and passes only through folders that let others through.</summary>
    private Prerequisite CheckFolder()
    {
        Prerequisite found = new() { Name = "pool folder", Status = PrerequisiteStatus.Found, Detail = folder.PoolPath, IsOptional = true };
        if (OperatingSystem.IsWindows())
            return found;
        for (DirectoryInfo? at = new(folder.PoolPath); at is not null; at = at.Parent)
        {
            if (at.Exists && (at.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return found with
                {
                    Status = PrerequisiteStatus.Unusable,
                    Detail = $"{at.FullName} lets no other user pass, so QEMU under qemu:///system cannot reach {folder.PoolPath}",
                    Remedy = $"chmod o+x {at.FullName}, or set the pool's Path to a folder such as /var/lib/limiquantix",
                };
            }
        }
        return found;
    }
}
