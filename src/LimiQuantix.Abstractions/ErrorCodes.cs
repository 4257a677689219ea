namespace LimiQuantix;

/// <summary>The stable codes of <see cref="LimiQuantixError"/>. New ones are added in minor versions: tolerate unknown codes.</summary>
public static class ErrorCodes
{
    /// <summary>An argument or a field of a specification is not valid.</summary>
    public const string InvalidArgument = "invalid_argument";

    /// <summary>The resource does not exist, or the caller may not know that it does.</summary>
    public const string NotFound = "not_found";

    /// <summary>The resource exists with another definition, or its name or address is taken by another one.</summary>
    public const string Conflict = "conflict";

    /// <summary>Something else on the node has a port that a machine forwards.</summary>
    public const string HostPortTaken = "host_port_taken";

    /// <summary>The resource's generation is not the expected one, or it was changed in the meantime.</summary>
    public const string VersionMismatch = "version_mismatch";

    /// <summary>The idempotency key was used for another request.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>The resource is not in a state that allows the action.</summary>
    public const string FailedPrecondition = "failed_precondition";

    /// <summary>The caller, or this process, may not do that.</summary>
    public const string PermissionDenied = "permission_denied";

    /// <summary>The host's admission does not admit it now; the problems say why.</summary>
    public const string NotAdmitted = "not_admitted";

    /// <summary>The project would have more than its quota.</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>A needed service does not answer, or is not installed.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>A needed program or device is missing on this machine.</summary>
    public const string MissingPrerequisite = "missing_prerequisite";

    /// <summary>No agent runs in the guest, or the machine has no channel for one.</summary>
    public const string AgentAbsent = "agent_absent";

    /// <summary>The agent in the guest is there and did not answer in time.</summary>
    public const string AgentSilent = "agent_silent";

    /// <summary>The agent in the guest answered that its policy forbids this.</summary>
    public const string AgentRefused = "agent_refused";

    /// <summary>The machine is paused, so nothing in it can answer.</summary>
    public const string MachinePaused = "machine_paused";

    /// <summary>A deadline passed.</summary>
    public const string Timeout = "timeout";

    /// <summary>Whether something was done cannot be told any more.</summary>
    public const string Unknown = "unknown";

    /// <summary>The operation was cancelled by somebody.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Downloaded bytes do not have the expected digest.</summary>
    public const string ChecksumMismatch = "checksum_mismatch";

    /// <summary>The source ended early or answered something that cannot be used.</summary>
    public const string SourceFailed = "source_failed";

    /// <summary>The bytes are not a disk image.</summary>
    public const string NotADiskImage = "not_a_disk_image";

    /// <summary>A disk image uses a format or feature that is refused.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>A definition needs a feature (<see cref="ProviderFeatures"/>) that no provider that could be used declares.</summary>
    public const string UnsupportedFeature = "unsupported_feature";

    /// <summary>Not enough free space.</summary>
    public const string InsufficientSpace = "insufficient_space";

    /// <summary>A plugin was refused: its manifest, contract or references do not fit.</summary>
    public const string PluginRefused = "plugin_refused";

    /// <summary>A plugin threw something else than <see cref="LimiQuantixException"/>, or answered what its contract does not allow.</summary>
    public const string PluginFailed = "plugin_failed";

    /// <summary>Stored data, or a cursor, is of a newer version than this program.</summary>
    public const string NewerState = "newer_state";

    /// <summary>Stored data cannot be read.</summary>
    public const string DataCorrupt = "data_corrupt";

    /// <summary>The caller was superseded: a provider heard a later engine, owner or generation of the thing, and did nothing.</summary>
    public const string Fenced = "fenced";

    /// <summary>Another engine holds the lease on this state.</summary>
    public const string NotLeader = "not_leader";

    /// <summary>A failure that nobody foresaw; the message has what is known.</summary>
    public const string Internal = "internal";
}
