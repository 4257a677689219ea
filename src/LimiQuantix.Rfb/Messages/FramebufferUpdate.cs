namespace LimiQuantix.Rfb.Messages;

/// <summary>What one FramebufferUpdate message brought.</summary>
/// <param name="HasPixels">Whether any rectangle carried pixels.</param>
/// <param name="Resized">Whether the desktop has a new size, so that all of it must be asked for again.</param>
internal readonly record struct FramebufferUpdate(bool HasPixels, bool Resized);
