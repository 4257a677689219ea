namespace LimiQuantix.Images.Download;

/// <summary>Bytes that were received and written, on their way to the hash.</summary>
internal readonly record struct Chunk(int Index, byte[] Buffer, int Length);
