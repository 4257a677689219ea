using System.Globalization;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec, so that a caller mends them in one go.</summary>
internal static class MachineSpecValidator
{
    private const int MaxLabels = 64;

    /// <summary>
    /// The most bytes of a spec as it is stored. With what its machine's document has besides, and with the records that are stored with it, it
    /// fits one transaction of the state (1 MiB), now and when an error and the chosen forwards have been added.
    /// </summary>
    public const int MaxStoredBytes = 768 << 10;

    /// <summary>Throws <see cref="ErrorCodes.InvalidArgument"/> with every problem of the spec.</summary>
    public static void Validate(MachineSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        SpecProblems problems = new();
        if (!Names.IsDnsLabel(spec.Name))
            problems.Add("/name", $"Name '{Names.Show(spec.Name)}' must be a DNS label: lower-case letters, digits and inner hyphens, 1 to 63 characters.");
        if (!Enum.IsDefined(spec.RunPolicy)) problems.Add("/runPolicy", $"RunPolicy {spec.RunPolicy} is not known.");
        HardwareValidator.Check(spec, problems);
        DiskSpecValidator.Check(spec, problems);
        NicSpecValidator.Check(spec, problems);
        CheckLabels(spec.Labels, problems);
        CloudInitSpecValidator.Check(spec, problems);
        // What has null where nothing may be null cannot be measured; its problems are told already.
        if (problems.Count == 0) CheckSize(spec, problems);
        problems.ThrowIfAny(nameof(MachineSpec));
    }

    private static void CheckSize(MachineSpec spec, SpecProblems problems)
    {
        var bytes = StateJson.ToBytes(spec).Length;
        if (bytes <= MaxStoredBytes) return;
        var (pointer, member, most) = Largest(spec);
        problems.Add(
            pointer, $"The whole spec has {Text(bytes)} bytes as stored JSON; at most {Text(MaxStoredBytes)} (768 KiB). The most of it, {Text(most)}, is {member}.",
            "Let a small script of CloudInit.RunCommands fetch what is large.");
    }

    // Each within its own bounds: which of them the host can do something about.
    private static (string Pointer, string Member, int Bytes) Largest(MachineSpec spec)
    {
        var lists = spec with { CloudInit = new CloudInitSpec() };
        var empty = StateJson.ToBytes(lists).Length;
        int Of(CloudInitSpec part) => StateJson.ToBytes(lists with { CloudInit = part }).Length - empty;
        return new[]
        {
            ("/cloudInit/userData", "CloudInit.UserData", Of(new CloudInitSpec { UserData = spec.CloudInit.UserData })),
            ("/cloudInit/networkConfig", "CloudInit.NetworkConfig", Of(new CloudInitSpec { NetworkConfig = spec.CloudInit.NetworkConfig })),
            ("/cloudInit/runCommands", "CloudInit.RunCommands", Of(new CloudInitSpec { RunCommands = spec.CloudInit.RunCommands })),
            ("/cloudInit/sshKeys", "CloudInit.SshKeys", Of(new CloudInitSpec { SshKeys = spec.CloudInit.SshKeys })),
            ("/cloudInit/packages", "CloudInit.Packages", Of(new CloudInitSpec { Packages = spec.CloudInit.Packages })),
            ("", "what is beside CloudInit", empty),
        }.MaxBy(part => part.Item3);
    }

    private static void CheckLabels(IReadOnlyDictionary<string, string>? labels, SpecProblems problems)
    {
        if (labels is null)
        {
            problems.Add("/labels", "Labels is null: leave it out, or give a dictionary.");
            return;
        }

        if (labels.Count > MaxLabels) problems.Add("/labels", $"Labels has {Text(labels.Count)} entries; at most {Text(MaxLabels)}.");
        foreach (var (key, value) in labels.Take(MaxLabels))
        {
            if (key.Length is < 1 or > 63 || Names.HasControlCharacter(key)) problems.Add("/labels", $"Label '{Names.Show(key)}' must have 1 to 63 characters.");
            if (value is null || value.Length > 255 || Names.HasControlCharacter(value)) problems.Add("/labels", $"The value of label '{Names.Show(key)}' must have at most 255 characters.");
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
