namespace QuickStart;

/// <summary>What the guest has to print, and how it is told to.</summary>
internal static class Token
{
    public static void Check(string token)
    {
        if (token.Length is > 0 and <= 64 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')) return;
        throw new LimiQuantix.LimiQuantixException(
            LimiQuantix.ErrorCodes.InvalidArgument, "The token cannot be used.", "Give 1 to 64 letters, digits, dots, hyphens or underscores.", "--token");
    }

    // The guest puts its own name into the line, so that an echo of the command is not taken for its outcome.
    public static string CommandThatPrints(string token) => $"echo \"token {token} from $(hostname)\" > /dev/ttyS0";

    public static string LineThatTheGuestPrints(string token, string hostname) => $"token {token} from {hostname}";
}
