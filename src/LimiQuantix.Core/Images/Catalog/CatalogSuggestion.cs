namespace LimiQuantix.Core.Images.Catalog;

/// <summary>What somebody may have meant who wrote an id that the catalogue does not have: <c>debian13</c>, <c>Ubuntu-24.04</c>, <c>fedroa-43</c>.</summary>
internal static class CatalogSuggestion
{
    private const int LongestId = 64;
    private const int MostSuggested = 3;

    /// <summary>The ids that differ in letter case and separators alone; else those that are up to two letters away, the nearest first.</summary>
    public static IReadOnlyList<string> For(string text, IEnumerable<string> ids)
    {
        if (text.Length is 0 or > LongestId) return [];
        var wanted = Letters(text);
        var known = ids.ToList();
        var same = known.Where(id => Letters(id) == wanted).ToList();
        if (same.Count > 0) return same;
        return
        [
            .. known.Select(id => (Id: id, Distance: Distance(wanted, Letters(id)))).Where(candidate => candidate.Distance <= Math.Min(2, wanted.Length / 3))
                .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Id, StringComparer.Ordinal).Take(MostSuggested).Select(candidate => candidate.Id),
        ];
    }

    private static string Letters(string text) => new([.. text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    // Letters put in, left out, changed, or two exchanged.
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(changed, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[one.Length, other.Length];
    }
}
