namespace LimiQuantix.Operations;

/// <summary>Where an operation stands.</summary>
public enum OperationPhase
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Stored; no engine has begun it.</summary>
    Pending = 1,

    /// <summary>An engine works on it.</summary>
    Running = 2,

    /// <summary>Done.</summary>
    Succeeded = 3,

    /// <summary>Ended with an error; what it had made is undone.</summary>
    Failed = 4,

    /// <summary>Ended because somebody cancelled it; what it had made is undone.</summary>
    Cancelled = 5,

    /// <summary>Somebody cancelled it, and an engine undoes what it made. It has not ended.</summary>
    Cancelling = 6,
}
