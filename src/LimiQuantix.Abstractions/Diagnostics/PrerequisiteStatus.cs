namespace LimiQuantix.Diagnostics;

/// <summary>Whether a prerequisite is there.</summary>
public enum PrerequisiteStatus
{
    /// <summary>Not known, or a value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>There and usable.</summary>
    Found = 1,

    /// <summary>Not there.</summary>
    Missing = 2,

    /// <summary>There, but not usable, such as a <c>/dev/kvm</c> on which a guest hangs.</summary>
    Unusable = 3,
}
