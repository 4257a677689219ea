using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Admissions;

/// <summary>
/// What projects have reserved: one sum for each project at <c>usage/PROJECT</c>, and what each resource took at <c>reservations/ID</c>. Both are written
/// in the transactions that begin and end a resource, under conditions, so that nothing is taken beyond a quota and nothing is given back twice.
/// </summary>
internal sealed class Reservations(IStateStore store)
{
    private const string Prefix = "reservations/";

    /// <summary>What a project has reserved; <see langword="null"/>: nothing.</summary>
    public async Task<Stored<ProjectUsage>?> ReadAsync(string project, CancellationToken cancellationToken) =>
        await store.GetAsync(KeyOfUsage(project), cancellationToken).ConfigureAwait(false) is { } entry ? DocumentSerializer<ProjectUsage>.Read(entry) : null;

    /// <summary>Whether a resource has reserved something.</summary>
    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken) =>
        await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>What a resource has reserved; <see langword="null"/>: nothing.</summary>
    public async Task<ResourceAmounts?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false) is { } entry ? DocumentSerializer<Reservation>.Read(entry).Value.Amounts : null;

    /// <summary>The write that reserves for a new resource.</summary>
    /// <param name="usage">What the project has, as it was read.</param>
    /// <param name="project">The project.</param>
    /// <param name="id">The resource.</param>
    /// <param name="adds">What it takes.</param>
    /// <param name="quota">What the project may have in all; <see langword="null"/> for no limit.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.QuotaExceeded"/>.</exception>
    public static StateWrite Take(Stored<ProjectUsage>? usage, string project, Guid id, ResourceAmounts adds, ResourceQuota? quota)
    {
        var reserved = usage?.Value.Amounts ?? new();
        if (quota is not null) Quotas.Check(project, reserved, adds, quota);
        return new StateWrite
        {
            Conditions = [Expect(usage, project), new StateCondition { Key = KeyOf(id), ExpectedVersion = 0 }],
            Mutations =
            [
                PutUsage(usage, project, Quotas.Plus(reserved, adds)),
                new StateMutation { Key = KeyOf(id), Value = DocumentSerializer<Reservation>.Write(new Reservation { Project = project, Amounts = adds }) },
            ],
        };
    }

    /// <summary>The writes that hold a resource to other amounts; none when it has those, or has reserved nothing.</summary>
    /// <param name="id">The resource.</param>
    /// <param name="amounts">What it takes from now on.</param>
    /// <param name="quota">What the project may have in all, for what is more than before; <see langword="null"/> for no limit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.QuotaExceeded"/>.</exception>
    public async Task<IReadOnlyList<StateWrite>> ChangeAsync(Guid id, ResourceAmounts amounts, CancellationToken cancellationToken, ResourceQuota? quota = null)
    {
        if (await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false) is not { } entry) return [];
        var taken = DocumentSerializer<Reservation>.Read(entry).Value;
        if (taken.Amounts == amounts) return [];
        var usage = await ReadAsync(taken.Project, cancellationToken).ConfigureAwait(false);
        var reserved = usage?.Value.Amounts ?? new();
        if (quota is not null) Quotas.Check(taken.Project, reserved, Quotas.Difference(amounts, taken.Amounts), quota);
        return
        [
            new StateWrite
            {
                Conditions = [Expect(usage, taken.Project), new StateCondition { Key = entry.Key, ExpectedVersion = entry.Version }],
                Mutations =
                [
                    PutUsage(usage, taken.Project, Quotas.Plus(Quotas.Minus(reserved, taken.Amounts), amounts)),
                    new StateMutation { Key = entry.Key, Value = DocumentSerializer<Reservation>.Write(taken with { Amounts = amounts }) },
                ],
            },
        ];
    }

    /// <summary>The writes that give back what a resource took; none when it has nothing.</summary>
    public async Task<IReadOnlyList<StateWrite>> GiveBackAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false) is not { } entry) return [];
        var taken = DocumentSerializer<Reservation>.Read(entry).Value;
        var usage = await ReadAsync(taken.Project, cancellationToken).ConfigureAwait(false);
        return
        [
            new StateWrite
            {
                Conditions = [Expect(usage, taken.Project), new StateCondition { Key = entry.Key, ExpectedVersion = entry.Version }],
                Mutations = [PutUsage(usage, taken.Project, Quotas.Minus(usage?.Value.Amounts ?? new(), taken.Amounts)), new StateMutation { Key = entry.Key }],
            },
        ];
    }

    // What has nothing leaves no document.
    private static StateMutation PutUsage(Stored<ProjectUsage>? previous, string project, ResourceAmounts amounts) => new()
    {
        Key = KeyOfUsage(project),
        Value = amounts == new ResourceAmounts() ? (ReadOnlyMemory<byte>?)null : DocumentSerializer<ProjectUsage>.Write(new ProjectUsage { Amounts = amounts }, previous?.Json ?? default),
    };

    private static StateCondition Expect(Stored<ProjectUsage>? usage, string project) => new() { Key = KeyOfUsage(project), ExpectedVersion = usage?.Version ?? 0 };

    private static string KeyOf(Guid id) => Prefix + id.ToString("D");

    private static string KeyOfUsage(string project) => "usage/" + StateKey.Encode(project);
}

/// <summary>What a project has reserved in all.</summary>
internal sealed record ProjectUsage
{
    public required ResourceAmounts Amounts { get; init; }
}

/// <summary>What one resource reserved.</summary>
internal sealed record Reservation
{
    public required string Project { get; init; }

    public required ResourceAmounts Amounts { get; init; }
}
