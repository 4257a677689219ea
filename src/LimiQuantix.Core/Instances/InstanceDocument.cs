using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;

namespace LimiQuantix.Core.Instances;

/// <summary>What is stored of an instance: one that was added, or that one of code or configuration is closed.</summary>
internal sealed record InstanceDocument
{
    public required string Contract { get; init; }

    public required string Name { get; init; }

    public string? Node { get; init; }

    /// <summary>The kind of one that was added; <see langword="null"/> where the instance itself is in code or configuration.</summary>
    public string? Kind { get; init; }

    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public bool IsClosed { get; init; }

    public InstanceKey ToKey() => new() { Contract = Contract, Name = Name, Node = Node is null ? null : new NodeId(Node) };

    public InstanceConfiguration ToConfiguration() => new()
    {
        Kind = Kind!,
        Name = Name,
        Contract = Contract,
        Node = Node is null ? null : new NodeId(Node),
        Origin = InstanceOrigin.State,
        Steps = [new InstanceStep { Settings = new Dictionary<string, string?>(Settings, StringComparer.OrdinalIgnoreCase) }],
    };
}

/// <summary>The stored instances, at <c>instances/CONTRACT/NAME</c> and, those of nodes, <c>instances/CONTRACT/NAME/NODE</c>.</summary>
internal sealed class InstanceRecords(IStateStore state)
{
    public const string Prefix = "instances/";

    public static string KeyOf(InstanceKey key) =>
        $"{Prefix}{StateKey.Encode(key.Contract.ToLowerInvariant())}/{StateKey.Encode(key.Name)}" + (key.Node is { } node ? "/" + node.Value : "");

    public async Task<Stored<InstanceDocument>?> FindAsync(InstanceKey key, CancellationToken cancellationToken) =>
        await state.GetAsync(KeyOf(key), cancellationToken).ConfigureAwait(false) is { } entry ? DocumentSerializer<InstanceDocument>.Read(entry) : null;

    /// <summary>Stores what becomes of a document, anew when somebody else changed it meanwhile. Nothing is stored when it stays the same.</summary>
    /// <param name="key">Which instance.</param>
    /// <param name="change">Makes the new document, or nothing, from what is stored.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ChangeAsync(InstanceKey key, Func<InstanceDocument?, InstanceDocument?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await FindAsync(key, cancellationToken).ConfigureAwait(false);
            var next = change(stored?.Value);
            if (next == stored?.Value) return;
            var write = new StateTransaction
            {
                Conditions = [new StateCondition { Key = KeyOf(key), ExpectedVersion = stored?.Version ?? 0 }],
                Mutations = [next is null ? new StateMutation { Key = KeyOf(key) } : Put(key, next, stored)],
            };
            try
            {
                await state.CommitOrThrowAsync(write, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.Conflict && attempt < 10)
            {
                // Read again and decide anew.
            }
        }
    }

    private static StateMutation Put(InstanceKey key, InstanceDocument document, Stored<InstanceDocument>? stored) =>
        new() { Key = KeyOf(key), Value = DocumentSerializer<InstanceDocument>.Write(document, stored?.Json ?? default) };
}
