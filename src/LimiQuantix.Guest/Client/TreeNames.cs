namespace LimiQuantix.Guest.Client;

/// <summary>
/// The names that a guest gives in a tree, before any becomes a path of this machine: relative, of plain parts, and below nothing that
/// leads away (CVE-2019-1002101 and its followers of `kubectl cp`).
/// </summary>
internal static class TreeNames
{
    private const int MaxPath = 4096;
    private const int MaxPart = 255;
    private const int MaxDepth = 128;

    /// <summary>The parts of a path, or null and why it cannot be used.</summary>
    public static string[]? Parts(string path, out string reason)
    {
        reason = "";
        if (path.Length is 0 or > MaxPath)
            reason = "an empty or too long path";
        else if (path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || (path.Length > 1 && path[1] == ':'))
            reason = "an absolute path or one with a backslash or drive";
        else if (path.Any(c => c < ' ' || c == '\u007f' || char.IsSurrogate(c) && !IsPaired(path)))
            reason = "a control character or half a character";
        if (reason.Length > 0)
            return null;
        string[] parts = path.Split('/');
        if (parts.Length > MaxDepth || parts.Any(p => p is "" or "." or ".." || System.Text.Encoding.UTF8.GetByteCount(p) > MaxPart))
            reason = "a part that is empty, '.', '..' or too long, or too many parts";
        return reason.Length > 0 ? null : parts;
    }

    /// <summary>
    /// The full path below the root, whose folders above the last part all exist and are real folders: a link among them, made by whomever,
    /// would lead what is written elsewhere.
    /// </summary>
    public static string? Below(string root, string[] parts, out string reason)
    {
        string path = root;
        foreach (string part in parts[..^1])
        {
            path = Path.Combine(path, part);
            var folder = new DirectoryInfo(path);
            if (!folder.Exists || folder.LinkTarget is not null)
            {
                reason = "a parent that is no folder of this copy";
                return null;
            }
        }

        reason = "";
        return Path.Combine(path, parts[^1]);
    }

    private static bool IsPaired(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
