using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>
/// That a resource was deleted, and whose it was: so that a watch which goes on after a position tells its deletion to those who saw it, and to
/// nobody else.
/// </summary>
internal sealed record Departure
{
    public required Guid Id { get; init; }

    public string? Project { get; init; }

    public string? Creator { get; init; }

    public required ResourceSharing Sharing { get; init; }

    public required DateTimeOffset DeletedAt { get; init; }

    public QueryFacts ToFacts() => new(Id, "", Project, Creator, Sharing, new Dictionary<string, string>());
}

/// <summary>Keeps departures for as long as a store keeps its log of changes at least; the leader forgets them.</summary>
internal sealed class Departures(IStateStore store, TimeProvider timeProvider) : IEngineService
{
    private const string Prefix = "departures/";
    private const int PerTransaction = 50;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(26);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public static string KeyOf(string kind, Guid id) => $"{Prefix}{kind}/{id:D}";

    /// <summary>The mutation that remembers a deletion.</summary>
    public static StateMutation Put(string kind, IResource resource)
    {
        var departure = new Departure
        {
            Id = resource.Id,
            Project = resource.Project,
            Creator = resource.Creator,
            Sharing = resource.Sharing,
            DeletedAt = TimeProvider.System.GetUtcNow(),
        };
        return new StateMutation { Key = KeyOf(kind, resource.Id), Value = DocumentSerializer<Departure>.Write(departure) };
    }

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            var oldest = timeProvider.GetUtcNow() - Kept;
            var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = Prefix }, cancellationToken).ConfigureAwait(false);
            foreach (var chunk in entries.Where(entry => DocumentSerializer<Departure>.Read(entry).Value.DeletedAt < oldest).Chunk(PerTransaction))
            {
                var mutations = chunk.Select(entry => new StateMutation { Key = entry.Key });
                await store.CommitOrThrowAsync(new StateTransaction { Mutations = [.. mutations], Fence = fence }, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
