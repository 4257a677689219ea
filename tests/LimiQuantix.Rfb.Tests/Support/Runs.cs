namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>Equal neighbours of a picture.</summary>
internal static class Runs
{
    /// <summary>Runs within rows, without those of the background.</summary>
    public static IEnumerable<(int X, int Y, int Width, uint Value)> NotOf(uint background, WirePicture picture)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            for (int x = 0, end; x < picture.Width; x = end)
            {
                for (end = x + 1; end < picture.Width && picture[end, y] == picture[x, y];)
                    end++;
                if (picture[x, y] != background)
                    yield return (x, y, end - x, picture[x, y]);
            }
        }
    }

    /// <summary>Runs that go on from row to row.</summary>
    public static IEnumerable<(uint Value, int Length)> Across(WirePicture picture)
    {
        var values = picture.Values.ToArray();
        for (int start = 0, end; start < values.Length; start = end)
        {
            for (end = start + 1; end < values.Length && values[end] == values[start];)
                end++;
            yield return (values[start], end - start);
        }
    }
}
