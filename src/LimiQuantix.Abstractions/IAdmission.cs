namespace LimiQuantix;

/// <summary>
/// Decides whether something that a caller is allowed to do may be done now: what it costs, what the caller has left. A host registers one; without it
/// everything is admitted. Asked before an intent is stored, after the authorizer and after the request was found valid; perhaps more than once for one
/// call, when what the call builds on changed meanwhile, so that it must change nothing.
/// </summary>
public interface IAdmission
{
    /// <summary>Decides on one request.</summary>
    /// <param name="request">Who wants what, and what it would add to what the project has.</param>
    /// <param name="cancellationToken">Ends the decision; nothing is stored then.</param>
    ValueTask<AdmissionAnswer> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken = default);
}

/// <summary>One question to the admission.</summary>
public sealed record AdmissionRequest
{
    /// <summary>Who calls.</summary>
    public required Caller Caller { get; init; }

    /// <summary>What is to be done: one of <see cref="Actions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>What it is done to; without an id when it is to be made.</summary>
    public required ResourceTarget Resource { get; init; }

    /// <summary>What the caller asked for: a specification, an import. Look at it, do not change it.</summary>
    public object? Request { get; init; }

    /// <summary>What it would add to what the project has; nothing, for what takes nothing.</summary>
    public ResourceAmounts Adds { get; init; } = new();

    /// <summary>What the project has reserved at this moment, for looks and bills: only <see cref="AdmissionAnswer.Quota"/> is held against it atomically.</summary>
    public ResourceAmounts Reserved { get; init; } = new();
}

/// <summary>What the admission decided.</summary>
public sealed record AdmissionAnswer
{
    /// <summary>Admitted, within no quota.</summary>
    public static AdmissionAnswer Admitted { get; } = new() { IsAdmitted = true };

    /// <summary>Whether it may be done.</summary>
    public required bool IsAdmitted { get; init; }

    /// <summary>Why not, each with its place in the request; the caller gets them with <see cref="ErrorCodes.NotAdmitted"/>.</summary>
    public IReadOnlyList<LimiQuantixProblem> Problems { get; init; } = [];

    /// <summary>
    /// What the project may have in all. The engine reserves what is asked for in the same transaction as the intent, so that calls at the same time, in
    /// several processes, never get more together. <see langword="null"/>: no limit.
    /// </summary>
    public ResourceQuota? Quota { get; init; }

    /// <summary>Admitted, within a quota.</summary>
    /// <param name="quota">What the project may have in all.</param>
    public static AdmissionAnswer Within(ResourceQuota quota) => new() { IsAdmitted = true, Quota = quota };

    /// <summary>Not admitted.</summary>
    /// <param name="problems">Why not.</param>
    public static AdmissionAnswer Refused(params IReadOnlyList<LimiQuantixProblem> problems) => new() { IsAdmitted = false, Problems = problems };
}

/// <summary>How much of what can be limited. Everything counts from the moment that its intent is stored until it is gone.</summary>
public sealed record ResourceAmounts
{
    /// <summary>Machines, running or not.</summary>
    public long Machines { get; init; }

    /// <summary>Virtual processors.</summary>
    public long Cpus { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Disk space in bytes as machines see it, however little of it is written.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Addresses in networks: one for each interface.</summary>
    public long Addresses { get; init; }
}

/// <summary>What a project may have in all; <see langword="null"/> for no limit.</summary>
public sealed record ResourceQuota
{
    /// <summary>Machines.</summary>
    public long? Machines { get; init; }

    /// <summary>Virtual processors.</summary>
    public long? Cpus { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Disk space in bytes.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Addresses.</summary>
    public long? Addresses { get; init; }
}
