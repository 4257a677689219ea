using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb;

/// <summary>What the client knows of the server's desktop.</summary>
internal sealed class RemoteDesktop
{
    private CoverageMap? _coverage;

    public RemoteDesktop(int width, int height, string name, RfbLimits limits)
    {
        limits.CheckDesktop(width, height);
        Limits = limits;
        Name = name;
        Framebuffer = new Framebuffer(width, height);
    }

    public RfbLimits Limits { get; }

    public Framebuffer Framebuffer { get; private set; }

    public string Name { get; set; }

    public string? ClipboardText { get; set; }

    /// <summary>The extended clipboard, when this client asked for it.</summary>
    public ExtendedClipboard? Clipboard { get; set; }

    public RfbCursor? Cursor { get; set; }

    public RfbLedState? LedState { get; set; }

    public bool IsPointerAbsolute { get; set; } = true;

    public IReadOnlyList<RfbScreen> Screens { get; set; } = [];

    public bool SupportsScanCodes { get; set; }

    public bool SupportsAudio { get; set; }

    public bool SupportsPower { get; set; }

    public bool SupportsResize { get; set; }

    public bool SupportsContinuousUpdates { get; set; }

    public RfbRectangle Bounds => new(0, 0, Framebuffer.Width, Framebuffer.Height);

    /// <summary>Begins to note which pixels arrive.</summary>
    public void BeginCoverage() => _coverage = new CoverageMap(Framebuffer.Width, Framebuffer.Height);

    public void EndCoverage() => _coverage = null;

    /// <summary>Whether every pixel arrived. An empty desktop has no picture yet.</summary>
    public bool IsCovered => _coverage is { IsComplete: true } && !Bounds.IsEmpty;

    public RfbRectangle MissingRows => _coverage!.MissingRows();

    public void Covered(RfbRectangle area) => _coverage?.Add(area);

    /// <summary>Takes a new size; the old picture is gone, and so is what was noted of it.</summary>
    /// <returns>Whether the size changed.</returns>
    public bool Resize(int width, int height)
    {
        Limits.CheckDesktop(width, height);
        if (width == Framebuffer.Width && height == Framebuffer.Height)
            return false;
        Framebuffer = new Framebuffer(width, height);
        if (_coverage is not null)
            BeginCoverage();
        return true;
    }
}
