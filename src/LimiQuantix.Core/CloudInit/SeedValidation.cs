using System.Text.RegularExpressions;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.CloudInit;

/// <summary>Refuses what would reach the guest broken, before a machine is made with it.</summary>
internal static partial class SeedValidation
{
    /// <summary>The bound on every text; far above what is useful, far below what would hurt.</summary>
    public const int MaxTextLength = 1 << 20;

    private const int MaxLineLength = 16 << 10;
    private const int MaxEntries = 1000;

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>, with the field as target.</exception>
    public static void Check(SeedDefinition definition)
    {
        Match(definition.InstanceId, "InstanceId", InstanceId(), "Use 1 to 128 letters, digits, '.', '_' and '-'.");
        foreach (string mac in definition.MacAddresses)
            Match(mac, "MacAddresses", MacAddress(), "Write six lower-case hexadecimal pairs with colons.");
        CheckPassword(definition.Password);
        Check(definition.CloudInit, definition.MachineName);
    }

    /// <summary>The part of the check that a machine's specification can be held to before anything is stored.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>, with the field as target.</exception>
    public static void Check(CloudInitSpec spec, string machineName)
    {
        Match(spec.Hostname ?? machineName, "CloudInit.Hostname", Hostname(),
            "Use letters, digits and '-', at most 63 in each part between dots.");
        if (spec.User is not null)
            Match(spec.User, "CloudInit.User", User(), "Use 1 to 32 of a-z, 0-9, '_' and '-', beginning with a letter or '_'.");
        CheckLines(spec.SshKeys, "CloudInit.SshKeys", SshKey(), "Give each key as one line: type, base64 and comment.");
        CheckLines(spec.Packages, "CloudInit.Packages", Package(), "Give each package by its name, without spaces.");
        CheckLines(spec.RunCommands, "CloudInit.RunCommands", pattern: null, "Give each command as a text that is not empty.");
        if (spec.UserData is not null)
        {
            CheckText(spec.UserData, "CloudInit.UserData");
            if (UserDataCheck.WhyNot(spec.UserData) is { } why)
                throw Invalid("CloudInit.UserData", $"CloudInit.UserData {why}.", "Give user-data that cloud-init takes.");
        }
        if (spec.NetworkConfig is not null)
        {
            CheckText(spec.NetworkConfig, "CloudInit.NetworkConfig");
            SeedNetworkConfig.Check(spec.NetworkConfig);
        }
    }

    private static void CheckPassword(string? password)
    {
        // Not in the message: the password itself. crypt(3) and chpasswd(8) end at a line.
        if (password is not null && (password.Length is 0 or > 512 || password.AsSpan().ContainsAny("\0\r\n")))
            throw Invalid("CloudInit.Password", "The password cannot be set.", "Use 1 to 512 characters without line ends.");
    }

    private static void CheckLines(IReadOnlyList<string> values, string field, Regex? pattern, string remedy)
    {
        if (values.Count > MaxEntries)
            throw Invalid(field, $"{field} has {values.Count} entries.", $"Give at most {MaxEntries}.");
        foreach (string value in values)
        {
            if (value is null || value.Length > MaxLineLength || string.IsNullOrWhiteSpace(value))
                throw Invalid(field, $"{field} has an entry that is empty or longer than {MaxLineLength} characters.", remedy);
            CheckText(value, field);
            if (pattern is not null)
                Match(value, field, pattern, remedy);
        }
    }

    private static void CheckText(string text, string field)
    {
        if (text.Length is 0 or > MaxTextLength)
            throw Invalid(field, $"{field} is empty or longer than {MaxTextLength} characters.", "Leave it out, or let the guest fetch it.");
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !pair))
                throw Invalid(field, $"{field} holds a character that is not text at position {i}.", "Use Unicode text without NUL.");
            i += pair ? 1 : 0;
        }
    }

    private static void Match(string value, string field, Regex pattern, string remedy)
    {
        if (!pattern.IsMatch(value))
            throw Invalid(field, $"{field} has a value that is not valid: '{(value.Length > 100 ? value[..100] + "…" : value)}'.", remedy);
    }

    private static LimiQuantixException Invalid(string field, string message, string remedy) =>
        new(ErrorCodes.InvalidArgument, message, remedy, field);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex InstanceId();

    [GeneratedRegex(@"\A(?=.{1,253}\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex Hostname();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex User();

    [GeneratedRegex(@"\A[^\r\n]+ AAAA[A-Za-z0-9+/]+={0,2}( [^\r\n]*)?\z")]
    private static partial Regex SshKey();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9+._:~=/@-]*\z")]
    private static partial Regex Package();

    [GeneratedRegex(@"\A([0-9a-f]{2}:){5}[0-9a-f]{2}\z")]
    private static partial Regex MacAddress();
}
