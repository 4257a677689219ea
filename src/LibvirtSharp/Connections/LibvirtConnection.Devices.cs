namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>All of the host's devices, or those the flags choose.</summary>
    public async Task<IReadOnlyList<NodeDevice>> ListAllNodeDevicesAsync(
        ConnectListAllNodeDeviceFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.ConnectListAllNodeDevicesAsync(1, (uint)flags, cancellationToken).ConfigureAwait(false)).Devices, device => new NodeDevice(this, device));

    /// <summary>The host's device of this name; <see cref="LibvirtErrorCode.NoNodeDevice"/> when there is none.</summary>
    public async Task<NodeDevice> LookupNodeDeviceAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NodeDeviceLookupByNameAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The host's SCSI host adapter with these world-wide names of its node and port; <see cref="LibvirtErrorCode.NoNodeDevice"/> when there is none.</summary>
    public async Task<NodeDevice> LookupScsiHostAsync(string nodeName, string portName, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NodeDeviceLookupScsiHostByWwnAsync(nodeName, portName, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a virtual device.</summary>
    public async Task<NodeDevice> CreateNodeDeviceAsync(
        string xml, NodeDeviceCreateXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NodeDeviceCreateXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Defines a virtual device.</summary>
    public async Task<NodeDevice> DefineNodeDeviceAsync(
        string xml, NodeDeviceDefineXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NodeDeviceDefineXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>All secrets, or those the flags choose.</summary>
    public async Task<IReadOnlyList<Secret>> ListAllSecretsAsync(
        ConnectListAllSecretsFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.ConnectListAllSecretsAsync(1, (uint)flags, cancellationToken).ConfigureAwait(false)).Secrets, secret => new Secret(this, secret));

    /// <summary>The secret with this UUID; <see cref="LibvirtErrorCode.NoSecret"/> when there is none.</summary>
    public async Task<Secret> LookupSecretByUuidAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        new(this, await Remote.SecretLookupByUuidAsync(uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>The secret for this use; <see cref="LibvirtErrorCode.NoSecret"/> when there is none.</summary>
    public async Task<Secret> LookupSecretByUsageAsync(SecretUsageType usageType, string usageId, CancellationToken cancellationToken = default) =>
        new(this, await Remote.SecretLookupByUsageAsync((int)usageType, usageId, cancellationToken).ConfigureAwait(false));

    /// <summary>Defines a secret, without its value.</summary>
    public async Task<Secret> DefineSecretAsync(string xml, SecretDefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.SecretDefineXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));
}
