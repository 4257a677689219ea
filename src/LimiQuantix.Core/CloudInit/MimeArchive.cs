using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Core.CloudInit;

/// <summary>Joins user-data of two kinds into the multipart/mixed archive (RFC 2046 §5.1.3) that cloud-init takes apart again.</summary>
internal static class MimeArchive
{
    /// <summary>RFC 2045 §6.8: at most 76 characters a line.</summary>
    private const int LineLength = 76;

    /// <param name="usersOwn">The user's user-data; its bytes reach cloud-init unchanged.</param>
    /// <param name="generated">A <c>#cloud-config</c> document.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: the user's part is of no known kind.</exception>
    public static string Join(string usersOwn, string generated)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(usersOwn + "\0" + generated)));
        string boundary = "limiquantix-" + digest[..32];
        StringBuilder archive = new();
        archive.Append("MIME-Version: 1.0\n").Append($"Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n");
        archive.Append($"--{boundary}\n");
        AppendUsersOwn(archive, usersOwn);
        archive.Append($"\n--{boundary}\n");
        AppendPart(archive, UserDataKind.CloudConfigType, "limiquantix.yaml", generated);
        archive.Append($"\n--{boundary}--\n");
        return archive.ToString();
    }

    private static void AppendUsersOwn(StringBuilder archive, string usersOwn)
    {
        // A MIME archive begins with its headers, and so it is a part as it stands.
        if (IsMime(usersOwn))
        {
            archive.Append(usersOwn);
            return;
        }
        if (UserDataKind.Of(usersOwn) is { } kind)
        {
            AppendPart(archive, kind.Type, "user-data", usersOwn);
            return;
        }

        throw new LimiQuantixException(
            ErrorCodes.InvalidArgument,
            "The user-data is of no kind that cloud-init could join with SSH keys, packages or commands.",
            "Begin it with #cloud-config, #! or MIME headers, or leave the other cloud-init members empty.",
            "CloudInit.UserData");
    }

    private static bool IsMime(string text) =>
        text.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("MIME-Version:", StringComparison.OrdinalIgnoreCase);

    private static void AppendPart(StringBuilder archive, string type, string fileName, string content)
    {
        archive.Append($"Content-Type: {type}; charset=\"utf-8\"\n");
        archive.Append("MIME-Version: 1.0\n");
        archive.Append("Content-Transfer-Encoding: base64\n");
        archive.Append($"Content-Disposition: attachment; filename=\"{fileName}\"\n\n");
        string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(content));
        for (int at = 0; at < encoded.Length; at += LineLength)
            archive.Append(encoded.AsSpan(at, Math.Min(LineLength, encoded.Length - at))).Append('\n');
    }
}
