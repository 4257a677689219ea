namespace LimiQuantix.Core.CloudInit;

/// <summary>A kind of user-data that cloud-init knows by its first characters.</summary>
/// <param name="Start">How it begins, in lower case: cloud-init compares so, after leaving out white space.</param>
/// <param name="Type">The MIME type of such a part.</param>
internal sealed record UserDataKind(string Start, string Type)
{
    public const string CloudConfigType = "text/cloud-config";
    public const string ArchiveType = "text/cloud-config-archive";
    public const string JsonpType = "text/cloud-config-jsonp";
    public const string ScriptType = "text/x-shellscript";
    public const string JinjaType = "text/jinja2";
    public const string IncludeType = "text/x-include-url";
    public const string IncludeOnceType = "text/x-include-once-url";

    public const string PartHandlerType = "text/part-handler";

    // Kinds that only a part of a MIME archive can be.
    private static readonly string[] InArchives = ["text/x-shellscript-per-boot", "text/x-shellscript-per-instance", "text/x-shellscript-per-once"];

    /// <summary>All of them, the longer before what they begin with, as in cloud-init's own list (handlers/__init__.py, INCLUSION_TYPES_MAP).</summary>
    public static IReadOnlyList<UserDataKind> All { get; } =
    [
        new("#cloud-config-archive", ArchiveType),
        new("#cloud-config-jsonp", JsonpType),
        new("#cloud-config", CloudConfigType),
        new("#cloud-boothook", "text/cloud-boothook"),
        new("#include-once", IncludeOnceType),
        new("#include", IncludeType),
        new("#part-handler", PartHandlerType),
        new("## template: jinja", JinjaType),
        new("#!", ScriptType),
    ];

    /// <summary>The kind of a text; <see langword="null"/> for none, and for a MIME archive.</summary>
    public static UserDataKind? Of(string text)
    {
        ReadOnlySpan<char> begin = text.AsSpan().TrimStart();
        foreach (UserDataKind kind in All)
        {
            if (begin.StartsWith(kind.Start, StringComparison.OrdinalIgnoreCase)) return kind;
        }

        return null;
    }

    /// <summary>Whether cloud-init has a handler for parts of a MIME type.</summary>
    public static bool IsHandled(string type) => All.Any(kind => kind.Type == type) || InArchives.Contains(type);

    /// <summary>Whether cloud-init takes it for a MIME archive: the header within the first 4 KiB (user_data.py, convert_string).</summary>
    public static bool IsMime(string text) => text.AsSpan(0, Math.Min(text.Length, 4096)).Contains("mime-version:", StringComparison.OrdinalIgnoreCase);
}
