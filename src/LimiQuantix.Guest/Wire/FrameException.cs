namespace LimiQuantix.Guest.Wire;

/// <summary>What came is no frame, or no frame of this session: the session is over.</summary>
internal sealed class FrameException(string message) : Exception(message);
