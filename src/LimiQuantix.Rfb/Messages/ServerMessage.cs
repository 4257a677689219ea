using LimiQuantix.Rfb.Audio;

namespace LimiQuantix.Rfb.Messages;

/// <summary>What one message of the server brought, or several drawn together.</summary>
internal sealed class ServerMessage
{
    // Beyond as many areas a list costs more than it spares.
    private const int MaxAreas = 64;

    private readonly List<RfbRectangle> _damage = [];

    /// <summary>Whether it was a FramebufferUpdate.</summary>
    public bool IsUpdate { get; set; }

    /// <summary>Whether any rectangle carried pixels.</summary>
    public bool HasPixels => _damage.Count > 0;

    /// <summary>Whether the desktop has a new size, so that all of it must be asked for again.</summary>
    public bool Resized { get; set; }

    public bool ScreensChanged { get; set; }

    public bool Renamed { get; set; }

    public bool CursorChanged { get; set; }

    public bool PointerTypeChanged { get; set; }

    public bool LedStateChanged { get; set; }

    public bool ClipboardChanged { get; set; }

    public bool ClipboardTooLong { get; set; }

    public int Bells { get; set; }

    public bool PowerFailed { get; set; }

    /// <summary>The answer to this client's own wish for another size: 0 or 4 when it is or may be granted (ExtendedDesktopSize).</summary>
    public int? SizeAnswer { get; set; }

    /// <summary>Sound, or the end of it.</summary>
    public AudioMessage? Audio { get; set; }

    /// <summary>What the client must answer at once.</summary>
    public List<byte[]> Replies { get; } = [];

    /// <summary>
    /// Whether the update carried something that servers (TigerVNC) take for the whole answer to a request, while the pixels wait for
    /// the next one. What only acknowledges a pseudo-encoding is no such answer.
    /// </summary>
    public bool IsAnswerWithoutPixels => IsUpdate && !HasPixels && (Renamed || ScreensChanged || CursorChanged);

    public bool HasNews => HasPixels || Resized || ScreensChanged || Renamed || CursorChanged || PointerTypeChanged || LedStateChanged
        || ClipboardChanged || ClipboardTooLong || PowerFailed || Bells > 0;

    public void AddDamage(RfbRectangle area)
    {
        if (_damage.Count > 0 && _damage[^1].Contains(area))
            return;
        if (_damage.Count == MaxAreas)
        {
            var all = _damage.Aggregate((a, b) => a.Around(b));
            _damage.Clear();
            _damage.Add(all);
        }
        _damage.Add(area);
    }

    /// <summary>Adds what a later message brought.</summary>
    public void Add(ServerMessage later)
    {
        if (later.Resized)
            _damage.Clear();
        later._damage.ForEach(AddDamage);
        IsUpdate |= later.IsUpdate;
        Resized |= later.Resized;
        ScreensChanged |= later.ScreensChanged;
        Renamed |= later.Renamed;
        CursorChanged |= later.CursorChanged;
        PointerTypeChanged |= later.PointerTypeChanged;
        LedStateChanged |= later.LedStateChanged;
        ClipboardChanged |= later.ClipboardChanged;
        ClipboardTooLong |= later.ClipboardTooLong;
        PowerFailed |= later.PowerFailed;
        Bells += later.Bells;
    }

    public RfbChange ToChange() => new()
    {
        Damage = [.. _damage],
        Resized = Resized,
        ScreensChanged = ScreensChanged,
        Renamed = Renamed,
        CursorChanged = CursorChanged,
        PointerTypeChanged = PointerTypeChanged,
        LedStateChanged = LedStateChanged,
        ClipboardChanged = ClipboardChanged,
        ClipboardTooLong = ClipboardTooLong,
        PowerFailed = PowerFailed,
        Bells = Bells,
    };
}
