using LimiQuantix.Core.State;

namespace LimiQuantix.Core.Operations;

/// <summary>Where operations are in the state. What changes often is apart from what is large.</summary>
internal static class OperationKeys
{
    /// <summary>The beginning of the operations' own keys.</summary>
    public const string Prefix = "operations/";

    /// <summary>The beginning of the keys of the wishes to cancel.</summary>
    public const string CancelPrefix = "operation-cancels/";

    /// <summary>The operation. The key is inverted: in the order of keys the newest comes first.</summary>
    public static string Operation(Guid id) => Prefix + StateKey.NewestFirst(id);

    /// <summary>What was asked; written once.</summary>
    public static string Request(Guid id) => $"operation-requests/{id:D}";

    /// <summary>How far it is.</summary>
    public static string Checkpoint(Guid id) => $"operation-checkpoints/{id:D}";

    /// <summary>What an operation gave, where it stored that.</summary>
    public static string Result(Guid id) => $"operation-results/{id:D}";

    /// <summary>The wish to cancel.</summary>
    public static string Cancel(Guid id) => $"{CancelPrefix}{id:D}";

    /// <summary>What a caller's key stands for.</summary>
    public static string Idempotency(Caller caller, string key) => Idempotency(caller.Project, caller.Name, key);

    /// <summary>What a key of this caller in this project stands for.</summary>
    public static string Idempotency(string project, string callerName, string key) =>
        $"idempotency/{StateKey.Encode(project)}/{StateKey.Encode(callerName)}/{StateKey.Encode(key)}";
}
