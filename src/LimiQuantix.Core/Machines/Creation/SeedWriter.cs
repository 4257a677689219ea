using LimiQuantix.Core.CloudInit;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Writes a machine's cloud-init seed. The same machine gives the same bytes, so that a resumed creation defines the same.</summary>
internal sealed class SeedWriter(ProviderEnvironment environment)
{
    public async Task<ReadOnlyMemory<byte>> BuildAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var cloudInit = machine.Spec.CloudInit;
        var definition = new SeedDefinition
        {
            CloudInit = cloudInit,
            InstanceId = machine.InstanceId,
            // The name that it was made with: a rename is the record's, neither the domain nor the guest learns of it.
            MachineName = machine.Spec.Name,
            MacAddresses = [.. machine.Nics.Select(nic => nic.MacAddress)],
            Password = cloudInit.Password is null ? null : await environment.Secrets.ResolveAsync(MachineSecrets.OwnerOf(machine, cloudInit.Password), cancellationToken).ConfigureAwait(false),
        };
        using var volume = new MemoryStream();
        await NoCloudSeed.WriteAsync(definition, machine.CreatedAt, volume, cancellationToken).ConfigureAwait(false);
        return volume.ToArray();
    }
}
