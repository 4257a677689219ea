using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.CloudInit;

/// <summary>Something of a cloud-init specification that would reach the guest broken, or not at all.</summary>
/// <param name="Pointer">Where: a JSON pointer into the specification.</param>
/// <param name="Message">What is wrong, as a sentence. User-data and commands are not in it.</param>
/// <param name="Remedy">What would be right.</param>
internal sealed record SeedProblem(string Pointer, string Message, string Remedy)
{
    /// <summary>The member, such as <c>UserData</c>.</summary>
    public string Member => string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(Pointer[1])}{Pointer.Split('/')[1][1..]}");
}

/// <summary>The one set of rules for what goes into a seed: at a machine's creation, before anything is stored, and when the seed is written.</summary>
internal static partial class SeedValidation
{
    /// <summary>The most that user-data may have, in bytes of UTF-8.</summary>
    public const int MaxUserDataBytes = 512 << 10;

    private const int MaxNetworkConfigBytes = 64 << 10;
    private const int MaxLineLength = 16 << 10;
    private const int MaxEntries = 1000;

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>, with the field as target.</exception>
    public static void Check(SeedDefinition definition)
    {
        if (!InstanceId().IsMatch(definition.InstanceId))
            throw Invalid("InstanceId", "InstanceId has a value that is not valid.", "Use 1 to 128 letters, digits, '.', '_' and '-'.");
        if (definition.MacAddresses.Any(mac => !MacAddress().IsMatch(mac)))
            throw Invalid("MacAddresses", "MacAddresses has a value that is not valid.", "Write six lower-case hexadecimal pairs with colons.");
        // Not in the message: the password itself. crypt(3) and chpasswd(8) end at a line.
        if (definition.Password is { } password && (password.Length is 0 or > 512 || password.AsSpan().ContainsAny("\0\r\n")))
            throw Invalid("CloudInit.Password", "The password cannot be set.", "Use 1 to 512 characters without line ends.");
        if (Problems(definition.CloudInit, definition.MachineName).FirstOrDefault() is { } problem)
            throw Invalid($"CloudInit.{problem.Member}", problem.Message, problem.Remedy);
    }

    /// <summary>Every problem of a specification. Members that are null where they may not be are the caller's to look for.</summary>
    public static IEnumerable<SeedProblem> Problems(CloudInitSpec spec, string machineName)
    {
        if (!Hostname().IsMatch(spec.Hostname ?? machineName))
            yield return new("/hostname", $"Hostname '{Names.Show(spec.Hostname ?? machineName)}' is not a DNS name.", "Use letters, digits and '-', at most 63 in each part between dots.");
        if (spec.User is not null && !User().IsMatch(spec.User))
            yield return new("/user", $"User '{Names.Show(spec.User)}' is not a user's name.", "Use 1 to 32 of a-z, 0-9, '_' and '-', beginning with a letter or '_'.");
        foreach (SeedProblem problem in Lines("sshKeys", spec.SshKeys, IsSshKey, "is not a line of an authorized_keys file", "Give each key as one line: type, base64 and comment.")
            .Concat(Lines("packages", spec.Packages, Package().IsMatch, "is not a package's name", "Give each package by its name, or @group, without spaces."))
            .Concat(Lines("runCommands", spec.RunCommands, null, "is empty", "Give each command as a text that is not empty."))
            .Concat(Text("userData", spec.UserData, MaxUserDataBytes, text => IsAlone(spec) && UserDataCheck.IsForeign(text) ? null : UserDataCheck.WhyNot(text), "Give user-data that cloud-init takes."))
            .Concat(Text("networkConfig", spec.NetworkConfig, MaxNetworkConfigBytes, SeedNetworkConfig.WhyNot, SeedNetworkConfig.Remedy)))
        {
            yield return problem;
        }
    }

    /// <summary>A key as the seed has it: what a person pastes may end with a line.</summary>
    public static string Trimmed(string key) => key.TrimEnd();

    private static IEnumerable<SeedProblem> Lines(string member, IReadOnlyList<string> values, Func<string, bool>? isRight, string what, string remedy)
    {
        string name = char.ToUpperInvariant(member[0]) + member[1..];
        if (values.Count > MaxEntries) yield return new($"/{member}", $"{name} has {values.Count} entries; at most {MaxEntries}.", "Let a command of the guest fetch the rest.");
        foreach ((int index, string value) in values.Take(MaxEntries).Index())
        {
            string pointer = string.Create(CultureInfo.InvariantCulture, $"/{member}/{index}");
            if (value.Length > MaxLineLength) yield return new(pointer, $"{name}[{index}] is longer than {MaxLineLength} characters.", remedy);
            else if (WhyNoText(value) is { } why) yield return new(pointer, $"{name}[{index}] {why}.", "Use Unicode text without NUL.");
            else if (string.IsNullOrWhiteSpace(value)) yield return new(pointer, $"{name}[{index}] is empty.", remedy);
            else if (isRight?.Invoke(value) == false) yield return new(pointer, $"{name}: '{Names.Show(value)}' {what}.", remedy);
        }
    }

    private static IEnumerable<SeedProblem> Text(string member, string? text, int mostBytes, Func<string, string?> whyNot, string remedy)
    {
        if (text is null) yield break;
        string name = char.ToUpperInvariant(member[0]) + member[1..];
        if (WhyNoText(text) is { } noText) yield return new($"/{member}", $"{name} {noText}.", "Use Unicode text without NUL.");
        else if (Encoding.UTF8.GetByteCount(text) is var bytes && bytes > mostBytes)
            yield return new($"/{member}", $"{name} has {bytes} bytes; at most {mostBytes} ({mostBytes >> 10} KiB).", "Let the guest fetch what is large.");
        else if (whyNot(text) is { } why) yield return new($"/{member}", $"{name} {why}.", remedy);
    }

    // sshd(8), AUTHORIZED_KEYS FILE FORMAT: options, type, key and comment between blanks. What is behind the line's end is nothing.
    private static bool IsSshKey(string line)
    {
        string key = Trimmed(line);
        string[] words = key.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i + 1 < words.Length && !key.AsSpan().ContainsAny('\r', '\n'); i++)
        {
            if (KeyType().IsMatch(words[i])) return words[i + 1].StartsWith("AAAA", StringComparison.Ordinal) && Base64().IsMatch(words[i + 1]);
        }

        return false;
    }

    // Nothing of ours would be joined with the host's own user-data.
    private static bool IsAlone(CloudInitSpec spec) =>
        spec is { SshKeys.Count: 0, Packages.Count: 0, RunCommands.Count: 0, User: null, Password: null };

    private static string? WhyNoText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !pair)) return $"holds a character that is not text at position {i}";
            i += pair ? 1 : 0;
        }

        return null;
    }

    private static LimiQuantixException Invalid(string field, string message, string remedy) => new(ErrorCodes.InvalidArgument, message, remedy, field);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex InstanceId();

    [GeneratedRegex(@"\A(?=.{1,253}\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]{0,31}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex User();

    [GeneratedRegex(@"\A(?:ssh|ecdsa|sk)-[a-z0-9@.-]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyType();

    [GeneratedRegex(@"\A[A-Za-z0-9+/]{16,}={0,3}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Base64();

    [GeneratedRegex(@"\A@?[A-Za-z0-9][A-Za-z0-9+._:~=/@-]{0,255}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"\A([0-9a-f]{2}:){5}[0-9a-f]{2}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MacAddress();
}
