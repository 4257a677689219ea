namespace LimiQuantix.Core.State;

/// <summary>The failures that every store tells in the same words.</summary>
internal static class StateErrors
{
    /// <summary>A watch asked for changes that are not kept any more.</summary>
    public static LimiQuantixException RevisionTooOld(long revision, long oldest) => new(
        ErrorCodes.Conflict,
        $"The changes after revision {revision} are not kept any more; those after {oldest} are.",
        "List again and watch after the list's revision.",
        "afterRevision");
}
