namespace LimiQuantix.Core;

/// <summary>The provider kinds that Core itself registers, and the names of their default instances.</summary>
internal static class CoreKinds
{
    public const string UserNetwork = "user";
    public const string SqliteState = "sqlite";
    public const string MemoryState = "memory";
    public const string FileSource = "file";
    public const string Library = "library";

    /// <summary>The name of the image store that images are in, a part of it on each node.</summary>
    public const string LibraryInstance = "library";

    /// <summary>The one state store's instance name.</summary>
    public const string StateInstance = "state";
}
