namespace LimiQuantix.Rfb;

/// <summary>Which pixels of a framebuffer a capture has received.</summary>
internal sealed class CoverageMap(int width, int height)
{
    private readonly bool[] _covered = new bool[checked(width * height)];
    private long _missing = (long)width * height;

    public bool IsComplete => _missing == 0;

    public void Add(RfbRectangle area)
    {
        for (var y = area.Y; y < area.Bottom && _missing > 0; y++)
        {
            var row = _covered.AsSpan(y * width + area.X, area.Width);
            _missing -= row.Count(false);
            row.Fill(true);
        }
    }

    /// <summary>The rows, at full width, from the first to the last with a pixel missing.</summary>
    public RfbRectangle MissingRows()
    {
        var first = Array.IndexOf(_covered, false) / width;
        var last = Array.LastIndexOf(_covered, false) / width;
        return new RfbRectangle(0, first, width, last - first + 1);
    }
}
