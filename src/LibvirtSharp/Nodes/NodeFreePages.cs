namespace LibvirtSharp;

/// <summary>The free memory pages of one size in one of a host's NUMA cells.</summary>
/// <param name="Cell">The cell's number.</param>
/// <param name="PageSizeBytes">The pages' size.</param>
/// <param name="Count">How many are free.</param>
public readonly record struct NodeFreePages(int Cell, long PageSizeBytes, long Count);
