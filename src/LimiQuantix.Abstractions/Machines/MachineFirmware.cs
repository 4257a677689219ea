namespace LimiQuantix.Machines;

/// <summary>What starts the guest.</summary>
public sealed record MachineFirmware
{
    /// <summary>Which kind. It cannot be changed later: what an installed guest boots with is written on its disk.</summary>
    public FirmwareKind Kind { get; init; } = FirmwareKind.Bios;

    /// <summary>Whether UEFI starts only what is signed.</summary>
    [Feature(ProviderFeatures.FirmwareSecureBoot)]
    public bool SecureBoot { get; init; }
}

/// <summary>A kind of firmware.</summary>
public enum FirmwareKind
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>A PC's BIOS.</summary>
    Bios = 1,

    /// <summary>UEFI.</summary>
    [Feature(ProviderFeatures.FirmwareUefi)]
    Uefi = 2,
}
