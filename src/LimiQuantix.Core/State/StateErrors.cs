using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The failures that every store tells in the same words.</summary>
internal static class StateErrors
{
    /// <summary>A watch asked for changes that are not kept any more.</summary>
    public static LimiQuantixException CursorTooOld() => new(
        ErrorCodes.Conflict, "The changes after this cursor are not kept any more.", "List again and watch after the list's cursor.", "after");

    /// <summary>A cursor or continuation is of another era, or of a future that was lost.</summary>
    public static LimiQuantixException OtherEra(long given, long era) => new(
        ErrorCodes.Conflict,
        given == era ? "The store does not reach this cursor any more: it was restored." : $"This is of the store's era {given}; now is era {era}.",
        "List again.",
        "after");

    /// <summary>Whether an old transaction was made cannot be told any more.</summary>
    public static LimiQuantixException OutcomeForgotten(StateTransaction transaction, long watermark) => new(
        ErrorCodes.Unknown,
        $"The transaction's id was chosen at {Time(TransactionId.TimeOf(transaction.Id))}; outcomes before {Time(watermark)} are not kept any more.",
        "Read what is there and decide anew, with a new id. When the id is new, this machine's clock is wrong, or that of the leader was.",
        transaction.Id.ToString());

    private static string Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("u", System.Globalization.CultureInfo.InvariantCulture);
}
