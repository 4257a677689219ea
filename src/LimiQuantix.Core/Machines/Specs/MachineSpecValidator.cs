using System.Globalization;
using System.Text.Json;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec, so that a caller mends them in one go.</summary>
internal static class MachineSpecValidator
{
    private const long MiB = 1L << 20;
    private const long MaxMemoryBytes = 16L << 40;
    private const long MaxDiskBytes = 64L << 40;
    private const int MaxForwards = 64;
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
        var problems = new List<string>();
        if (!Names.IsDnsLabel(spec.Name))
            problems.Add($"Name '{Names.Show(spec.Name)}' must be a DNS label: lower-case letters, digits and inner hyphens, 1 to 63 characters.");
        if (spec.ImageId == Guid.Empty) problems.Add("ImageId must be the id of an image.");
        if (spec.MemoryBytes < 64 * MiB || spec.MemoryBytes > MaxMemoryBytes || spec.MemoryBytes % MiB != 0)
            problems.Add($"MemoryBytes {Text(spec.MemoryBytes)} must be a multiple of 1 MiB (1048576), from 64 MiB to 16 TiB.");
        if (spec.CpuCount is < 1 or > 512) problems.Add($"CpuCount {Text(spec.CpuCount)} must be from 1 to 512.");
        if (spec.DiskSizeBytes < MiB || spec.DiskSizeBytes > MaxDiskBytes || spec.DiskSizeBytes % 512 != 0)
            problems.Add($"DiskSizeBytes {Text(spec.DiskSizeBytes)} must be a multiple of 512, from 1 MiB to 64 TiB.");
        if (!Enum.IsDefined(spec.RunPolicy)) problems.Add($"RunPolicy {spec.RunPolicy} is not known.");
        if (spec.Pool is not null && !Names.IsDnsLabel(spec.Pool)) problems.Add($"Pool '{Names.Show(spec.Pool)}' is not a pool's name.");
        CheckForwards(spec.Forwards, problems);
        CheckLabels(spec.Labels, problems);
        CloudInitSpecValidator.Check(spec, problems);
        CheckSize(spec, problems);
        if (problems.Count > 0)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, "The machine spec is not valid: " + string.Join(" ", problems), target: nameof(MachineSpec));
        }
    }

    private static void CheckSize(MachineSpec spec, List<string> problems)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(spec, StateJson.Options).Length;
        if (bytes > MaxStoredBytes)
        {
            problems.Add(
                $"The whole spec has {Text(bytes)} bytes as stored JSON; at most {Text(MaxStoredBytes)} (768 KiB). "
                + "Let a small script of CloudInit.RunCommands fetch what is large.");
        }
    }

    private static void CheckForwards(IReadOnlyList<PortForward> forwards, List<string> problems)
    {
        if (forwards.Count > MaxForwards) problems.Add($"Forwards has {Text(forwards.Count)} entries; at most {Text(MaxForwards)}.");
        var taken = new HashSet<(TransportProtocol, string, int)>();
        foreach (var forward in forwards.Take(MaxForwards))
        {
            if (forward.GuestPort is < 1 or > 65535) problems.Add($"Forwards: GuestPort {Text(forward.GuestPort)} must be from 1 to 65535.");
            if (forward.HostPort is < 0 or > 65535) problems.Add($"Forwards: HostPort {Text(forward.HostPort)} must be from 0 to 65535.");
            if (forward.Protocol is not (TransportProtocol.Tcp or TransportProtocol.Udp)) problems.Add("Forwards: Protocol must be Tcp or Udp.");
            if (!System.Net.IPAddress.TryParse(forward.HostAddress, out var address)
                || address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
            {
                problems.Add($"Forwards: HostAddress '{Names.Show(forward.HostAddress)}' must be an IPv4 address such as 127.0.0.1.");
            }

            if (forward.HostPort > 0 && !taken.Add((forward.Protocol, forward.HostAddress, forward.HostPort)))
                problems.Add($"Forwards: {forward.HostAddress}:{Text(forward.HostPort)} is used twice.");
        }
    }

    private static void CheckLabels(IReadOnlyDictionary<string, string> labels, List<string> problems)
    {
        if (labels.Count > MaxLabels) problems.Add($"Labels has {Text(labels.Count)} entries; at most {Text(MaxLabels)}.");
        foreach (var (key, value) in labels.Take(MaxLabels))
        {
            if (key.Length is < 1 or > 63 || Names.HasControlCharacter(key)) problems.Add($"Label '{Names.Show(key)}' must have 1 to 63 characters.");
            if (value.Length > 255 || Names.HasControlCharacter(value)) problems.Add($"The value of label '{Names.Show(key)}' must have at most 255 characters.");
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
