using System.Text;
using LimiQuantix.Core.CloudInit.Iso9660;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.CloudInit;

/// <summary>
/// The seed of cloud-init's NoCloud data source: a volume labelled <c>cidata</c> with <c>user-data</c>, <c>meta-data</c>,
/// <c>network-config</c> and <c>vendor-data</c>.
/// </summary>
internal static class NoCloudSeed
{
    public const string Label = "cidata";

    /// <summary>Writes the seed as an ISO 9660 volume.</summary>
    /// <param name="definition">What goes in.</param>
    /// <param name="timestamp">The date on the volume; the machine's creation, so that a rewrite gives the same bytes.</param>
    /// <param name="destination">Where the volume goes.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: a field cannot be used; its name is the target.</exception>
    /// <exception cref="IOException">The destination refuses the bytes.</exception>
    public static Task WriteAsync(
        SeedDefinition definition, DateTimeOffset timestamp, Stream destination, CancellationToken cancellationToken)
    {
        SeedFiles files = Render(definition);
        IsoVolume volume = new(Label, timestamp);
        volume.AddFile("user-data", Encoding.UTF8.GetBytes(files.UserData));
        volume.AddFile("meta-data", Encoding.UTF8.GetBytes(files.MetaData));
        volume.AddFile("network-config", Encoding.UTF8.GetBytes(files.NetworkConfig));
        volume.AddFile("vendor-data", Encoding.UTF8.GetBytes(files.VendorData));
        return volume.WriteAsync(destination, cancellationToken);
    }

    /// <summary>Gives the seed's files as text.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: a field cannot be used; its name is the target.</exception>
    public static SeedFiles Render(SeedDefinition definition)
    {
        SeedValidation.Check(definition);
        return new SeedFiles
        {
            UserData = UserData(definition),
            MetaData = new CloudConfigMap()
                .Set("instance-id", definition.InstanceId)
                .Set("local-hostname", definition.CloudInit.Hostname ?? definition.MachineName)
                .ToYaml(),
            NetworkConfig = SeedNetworkConfig.Render(definition),
            VendorData = CloudConfig.Header + CloudConfig.Defaults().ToYaml(),
        };
    }

    private static string UserData(SeedDefinition definition)
    {
        CloudInitSpec spec = definition.CloudInit;
        CloudConfigMap generated = CloudConfig.Generate(spec, definition.InstanceId, definition.Password);
        if (spec.UserData is null)
            return CloudConfig.Header + generated.ToYaml();
        if (generated.IsEmpty)
            return spec.UserData;
        // cloud-init merges a part into those before it: the user's own part comes first and wins, lists are joined.
        CloudConfig.MergeBehindUsers(generated);
        return MimeArchive.Join(spec.UserData, CloudConfig.Header + generated.ToYaml());
    }
}
