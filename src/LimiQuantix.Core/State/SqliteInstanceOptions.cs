namespace LimiQuantix.Core.State;

/// <summary>Where the SQLite state is.</summary>
internal sealed class SqliteInstanceOptions
{
    /// <summary>The file; by default <c>state.db</c> in the instance's data folder.</summary>
    public string? Path { get; set; }
}
