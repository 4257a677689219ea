namespace LibvirtSharp;

/// <summary>What was next on a sparse stream: <paramref name="Count"/> bytes of data, or a hole of <paramref name="HoleBytes"/>. Both zero: the end.</summary>
public readonly record struct SparseRead(int Count, long HoleBytes);
