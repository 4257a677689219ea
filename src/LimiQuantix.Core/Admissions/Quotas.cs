namespace LimiQuantix.Core.Admissions;

/// <summary>Counts with amounts, and holds them against a quota.</summary>
internal static class Quotas
{
    private static readonly (string Name, Func<ResourceAmounts, long> Amount, Func<ResourceQuota, long?> Limit)[] Limits =
    [
        ("machines", amounts => amounts.Machines, quota => quota.Machines),
        ("processors", amounts => amounts.Cpus, quota => quota.Cpus),
        ("bytes of memory", amounts => amounts.MemoryBytes, quota => quota.MemoryBytes),
        ("bytes of disk", amounts => amounts.DiskBytes, quota => quota.DiskBytes),
        ("addresses", amounts => amounts.Addresses, quota => quota.Addresses),
    ];

    public static ResourceAmounts Plus(ResourceAmounts one, ResourceAmounts other) => new()
    {
        Machines = one.Machines + other.Machines,
        Cpus = one.Cpus + other.Cpus,
        MemoryBytes = one.MemoryBytes + other.MemoryBytes,
        DiskBytes = one.DiskBytes + other.DiskBytes,
        Addresses = one.Addresses + other.Addresses,
    };

    /// <summary>The difference; never below zero, so that a sum that somebody lost does not become a gift.</summary>
    public static ResourceAmounts Minus(ResourceAmounts one, ResourceAmounts other) => new()
    {
        Machines = Math.Max(0, one.Machines - other.Machines),
        Cpus = Math.Max(0, one.Cpus - other.Cpus),
        MemoryBytes = Math.Max(0, one.MemoryBytes - other.MemoryBytes),
        DiskBytes = Math.Max(0, one.DiskBytes - other.DiskBytes),
        Addresses = Math.Max(0, one.Addresses - other.Addresses),
    };

    /// <summary>How much more one is than the other; below zero where it is less.</summary>
    public static ResourceAmounts Difference(ResourceAmounts one, ResourceAmounts other) => new()
    {
        Machines = one.Machines - other.Machines,
        Cpus = one.Cpus - other.Cpus,
        MemoryBytes = one.MemoryBytes - other.MemoryBytes,
        DiskBytes = one.DiskBytes - other.DiskBytes,
        Addresses = one.Addresses - other.Addresses,
    };

    /// <summary>Returns when what is added fits. What adds nothing of a kind is not refused for that kind.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.QuotaExceeded"/>, with each limit that is in the way.</exception>
    public static void Check(string project, ResourceAmounts reserved, ResourceAmounts adds, ResourceQuota quota)
    {
        List<LimiQuantixProblem> problems = [];
        foreach (var (name, amount, limit) in Limits)
        {
            if (limit(quota) is not { } most || amount(adds) <= 0 || amount(reserved) <= most - amount(adds)) continue;
            problems.Add(new LimiQuantixProblem
            {
                Pointer = "",
                Code = ErrorCodes.QuotaExceeded,
                Message = $"The project '{project}' may have {most} {name}; it has {amount(reserved)}, and this asks for {amount(adds)}.",
                Remedy = "Ask for less, or delete what is not needed.",
            });
        }

        if (problems.Count == 0) return;
        throw new LimiQuantixException(new LimiQuantixError
        {
            Code = ErrorCodes.QuotaExceeded,
            Message = string.Join(" ", problems.Select(problem => problem.Message)),
            Remedy = problems[0].Remedy,
            Target = project,
            Problems = problems,
        });
    }
}
