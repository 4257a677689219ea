namespace LimiQuantix.Core.Tests.State;

/// <summary>The stores that keep the contract's promises.</summary>
public enum StateStoreKind
{
    /// <summary>In memory.</summary>
    InMemory,

    /// <summary>Behind a decorator, as behind a remote proxy.</summary>
    Decorated,

    /// <summary>In a SQLite file.</summary>
    Sqlite,
}
