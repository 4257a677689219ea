namespace LimiQuantix.Core.State.Sqlite;

/// <summary>A step from one schema version to the next. Never changed once released.</summary>
/// <param name="Version">The version that the file has afterwards.</param>
/// <param name="Sql">The statements.</param>
internal sealed record SqliteMigration(int Version, string Sql);
