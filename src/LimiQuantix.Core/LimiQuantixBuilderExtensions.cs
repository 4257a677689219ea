using LimiQuantix.Core.State;

namespace LimiQuantix.Core;

/// <summary>Chooses where the engine keeps its state.</summary>
public static class LimiQuantixBuilderExtensions
{
    /// <summary>Keeps the state in an SQLite file: the default, with the file <c>state.db</c> in the data folder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file's absolute path.</param>
    public static ILimiQuantixBuilder UseSqliteState(this ILimiQuantixBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.AddInstance<SqliteInstanceOptions>(CoreKinds.SqliteState, CoreKinds.StateInstance, options => options.Path = Path.GetFullPath(path));
    }

    /// <summary>Keeps the state in memory: for tests. What runs is forgotten when the application ends.</summary>
    /// <param name="builder">The builder.</param>
    public static ILimiQuantixBuilder UseInMemoryState(this ILimiQuantixBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddInstance<MemoryStateOptions>(CoreKinds.MemoryState, CoreKinds.StateInstance);
    }
}
