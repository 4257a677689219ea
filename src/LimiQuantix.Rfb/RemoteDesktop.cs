namespace LimiQuantix.Rfb;

/// <summary>What the client knows of the server's desktop.</summary>
internal sealed class RemoteDesktop
{
    private readonly RfbLimits _limits;
    private CoverageMap? _coverage;

    public RemoteDesktop(int width, int height, string name, RfbLimits limits)
    {
        limits.CheckDesktop(width, height);
        _limits = limits;
        Name = name;
        Framebuffer = new Framebuffer(width, height);
    }

    public Framebuffer Framebuffer { get; private set; }

    public string Name { get; set; }

    public string? ClipboardText { get; set; }

    public RfbRectangle Bounds => new(0, 0, Framebuffer.Width, Framebuffer.Height);

    public void CheckText(long length, string what) => _limits.CheckText(length, what);

    /// <summary>Begins to note which pixels arrive.</summary>
    public void BeginCoverage() => _coverage = new CoverageMap(Framebuffer.Width, Framebuffer.Height);

    public void EndCoverage() => _coverage = null;

    public bool IsCovered => _coverage is { IsComplete: true };

    public RfbRectangle MissingRows => _coverage!.MissingRows();

    public void Covered(RfbRectangle area) => _coverage?.Add(area);

    /// <summary>Takes a new size; the old picture is gone, and so is what was noted of it.</summary>
    /// <returns>Whether the size changed.</returns>
    public bool Resize(int width, int height)
    {
        _limits.CheckDesktop(width, height);
        if (width == Framebuffer.Width && height == Framebuffer.Height)
            return false;
        Framebuffer = new Framebuffer(width, height);
        if (_coverage is not null)
            BeginCoverage();
        return true;
    }
}
