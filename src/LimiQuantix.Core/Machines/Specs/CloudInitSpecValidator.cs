using System.Text;
using System.Text.RegularExpressions;
using LimiQuantix.Core.CloudInit;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec's cloud-init part.</summary>
internal static partial class CloudInitSpecValidator
{
    private const int MaxEntries = 1000;
    private const int MaxUserDataBytes = 512 << 10;
    private const int MaxNetworkConfigBytes = 64 << 10;

    public static void Check(MachineSpec spec, List<string> problems)
    {
        if (spec.CloudInit is not { SshKeys: { } keys, Packages: { } packages, RunCommands: { } commands } || keys.Concat(packages).Concat(commands).Any(entry => entry is null))
        {
            problems.Add("CloudInit, its lists and their entries must not be null: leave out what is not wanted.");
            return;
        }

        var before = problems.Count;
        CheckFields(spec, problems);
        if (problems.Count > before) return;
        try
        {
            // What would be refused when the seed is made is refused here, before anything is stored.
            SeedValidation.Check(spec.CloudInit, spec.Name);
        }
        catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.InvalidArgument)
        {
            problems.Add(exception.Message);
        }
    }

    private static void CheckFields(MachineSpec spec, List<string> problems)
    {
        var cloudInit = spec.CloudInit;
        foreach (var key in cloudInit.SshKeys.Take(MaxEntries))
        {
            if (!SshKey().IsMatch(key)) problems.Add($"SshKeys: '{Names.Show(key)}' is not a line of an authorized_keys file (type, base64, comment).");
        }

        foreach (var package in cloudInit.Packages.Take(MaxEntries))
        {
            if (!Package().IsMatch(package)) problems.Add($"Packages: '{Names.Show(package)}' is not a package's name.");
        }

        foreach (var command in cloudInit.RunCommands.Take(MaxEntries))
        {
            if (command.Length is < 1 or > 16384 || command.Contains('\0', StringComparison.Ordinal))
                problems.Add("RunCommands: each must have 1 to 16384 characters and no NUL.");
        }

        if (Math.Max(cloudInit.SshKeys.Count, Math.Max(cloudInit.Packages.Count, cloudInit.RunCommands.Count)) > MaxEntries)
            problems.Add("SshKeys, Packages and RunCommands may have at most 1000 entries each.");
        if (cloudInit.User is not null && !User().IsMatch(cloudInit.User))
            problems.Add($"User '{Names.Show(cloudInit.User)}' is not a user's name: a lower-case letter or _, then letters, digits, - and _, at most 32.");
        if (cloudInit.Hostname is not null && !Names.IsHostname(cloudInit.Hostname))
            problems.Add($"Hostname '{Names.Show(cloudInit.Hostname)}' is not a DNS name.");
        if (Size(cloudInit.UserData) > MaxUserDataBytes) problems.Add("UserData may have at most 512 KiB.");
        if (Size(cloudInit.NetworkConfig) > MaxNetworkConfigBytes) problems.Add("NetworkConfig may have at most 64 KiB.");
        if (!spec.AllowNoLogin && cloudInit.SshKeys.Count == 0 && cloudInit.Password is null && string.IsNullOrEmpty(cloudInit.UserData))
            problems.Add("Nobody could log in: set CloudInit.SshKeys, Password or UserData, or AllowNoLogin.");
    }

    private static int Size(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    [GeneratedRegex("""\A(?:[\x21-\x7e][^\r\n\0]* )?(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]{16,}={0,3}(?: [^\r\n\0]*)?\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SshKey();

    [GeneratedRegex("""\A[A-Za-z0-9][A-Za-z0-9+._:@~/=-]{0,255}\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Package();

    [GeneratedRegex("""\A[a-z_][a-z0-9_-]{0,31}\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex User();
}
