namespace LimiQuantix.Core.CloudInit;

/// <summary>The four files of a NoCloud seed.</summary>
internal sealed record SeedFiles
{
    public required string UserData { get; init; }

    public required string MetaData { get; init; }

    public required string NetworkConfig { get; init; }

    public required string VendorData { get; init; }
}
