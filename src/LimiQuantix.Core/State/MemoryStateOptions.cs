namespace LimiQuantix.Core.State;

/// <summary>The state in memory has nothing to choose.</summary>
internal sealed class MemoryStateOptions;
