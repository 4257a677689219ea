namespace LimiQuantix.Rfb;

/// <summary>Where a picture is looked for, and how alike it must be.</summary>
public sealed record RfbMatch
{
    /// <summary>Where on the screen the picture may lie; null for anywhere.</summary>
    public RfbRectangle? Area { get; init; }

    /// <summary>How far each of red, green and blue may differ, from 0 to 255. Default 0. Above 0 for screens that come with <see cref="RfbClientOptions.JpegQuality"/>.</summary>
    public int Tolerance { get; init; }

    /// <summary>Which part of the pixels may differ beyond that, from 0 to 0.5: a blinking cursor, a clock. Default 0.</summary>
    public double MaxDifferent { get; init; }

    internal RfbMatch Validated()
    {
        if (Tolerance is < 0 or > 255)
            throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance, "Tolerance must be from 0 to 255.");
        if (MaxDifferent is not (>= 0 and <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(MaxDifferent), MaxDifferent, "MaxDifferent must be from 0 to 0.5.");
        return this;
    }

    internal RfbRectangle? Find(Framebuffer screen, Framebuffer picture)
    {
        var bounds = new RfbRectangle(0, 0, screen.Width, screen.Height);
        var area = Area is { } wanted ? wanted.Within(bounds) : bounds;
        var budget = (long)(MaxDifferent * picture.Pixels.Length);
        for (var y = area.Y; y + picture.Height <= area.Bottom; y++)
        {
            for (var x = area.X; x + picture.Width <= area.Right; x++)
            {
                if (IsAt(screen, picture, x, y, budget))
                    return new RfbRectangle(x, y, picture.Width, picture.Height);
            }
        }
        return null;
    }

    private bool IsAt(Framebuffer screen, Framebuffer picture, int x, int y, long budget)
    {
        for (var row = 0; row < picture.Height; row++)
        {
            var shown = screen.GetRow(y + row).Slice(x, picture.Width);
            var wanted = picture.GetRow(row);
            // Most places differ in their first pixels, and most rows of the right one are equal as a whole.
            for (var at = shown.CommonPrefixLength(wanted); at < wanted.Length;)
            {
                if (!IsAlike(shown[at], wanted[at]) && --budget < 0)
                    return false;
                at++;
                at += shown[at..].CommonPrefixLength(wanted[at..]);
            }
        }
        return true;
    }

    private bool IsAlike(uint one, uint other) =>
        Math.Abs((int)(one >> 16 & 255) - (int)(other >> 16 & 255)) <= Tolerance
        && Math.Abs((int)(one >> 8 & 255) - (int)(other >> 8 & 255)) <= Tolerance
        && Math.Abs((int)(one & 255) - (int)(other & 255)) <= Tolerance;
}
