using System.Globalization;
using System.Text.RegularExpressions;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec's processors, memory, firmware and devices.</summary>
internal static partial class HardwareValidator
{
    private const long MiB = 1L << 20;
    private const long MaxMemoryBytes = 16L << 40;
    private const int MaxCpus = 255;
    private const int MaxSerials = 4;
    private const int MaxChannels = 16;

    public static void Check(MachineSpec spec, SpecProblems problems)
    {
        CheckCpu(spec.Cpu, problems);
        if (spec.Memory is null) problems.Add("/memory", "Memory is null: leave it out for 1 GiB.");
        else if (spec.Memory.SizeBytes < 64 * MiB || spec.Memory.SizeBytes > MaxMemoryBytes || spec.Memory.SizeBytes % MiB != 0)
            problems.Add("/memory/sizeBytes", $"Memory.SizeBytes {Text(spec.Memory.SizeBytes)} must be a multiple of 1 MiB (1048576), from 64 MiB to 16 TiB.");
        if (spec.Firmware is null) problems.Add("/firmware", "Firmware is null: leave it out for a BIOS.");
        else if (spec.Firmware.Kind is not (FirmwareKind.Bios or FirmwareKind.Uefi)) problems.Add("/firmware/kind", "Firmware.Kind must be Bios or Uefi.");
        else if (spec.Firmware is { SecureBoot: true, Kind: FirmwareKind.Bios }) problems.Add("/firmware/secureBoot", "Firmware.SecureBoot needs Kind Uefi.");
        CheckList(spec.Graphics, "graphics", nameof(spec.Graphics), 1, problems, (graphics, place) =>
        {
            if (graphics.Kind != GraphicsKind.Vnc) place.Add("kind", "Kind must be Vnc");
        });
        CheckList(spec.Serials, "serials", nameof(spec.Serials), MaxSerials, problems, (serial, place) =>
        {
            if (serial.Log && spec.Serials![0] != serial) place.Add("log", "only the first port keeps a log");
        });
        CheckList(spec.Devices, "devices", nameof(spec.Devices), 1, problems, Check);
        CheckChannels(spec.Channels, problems);
    }

    /// <summary>Checks that a list and its elements are there, not too many, and each as it should be.</summary>
    public static void CheckList<T>(IReadOnlyList<T>? list, string pointer, string member, int most, SpecProblems problems, Action<T, SpecPlace> check) where T : class
    {
        if (list is null) return;
        if (list.Count > most) problems.Add($"/{pointer}", $"{member} has {Text(list.Count)} entries; at most {Text(most)}.");
        foreach (var (index, element) in list.Take(most).Index())
        {
            if (element is null) problems.Add($"/{pointer}/{Text(index)}", $"{member}[{Text(index)}] is null.");
            else check(element, problems.At($"/{pointer}/{Text(index)}", $"{member}[{Text(index)}]"));
        }
    }

    private static void CheckCpu(MachineCpu? cpu, SpecProblems problems)
    {
        if (cpu is null)
        {
            problems.Add("/cpu", "Cpu is null: leave it out for one processor.");
            return;
        }

        if (cpu.Count is < 1 or > MaxCpus) problems.Add("/cpu/count", $"Cpu.Count {Text(cpu.Count)} must be from 1 to {Text(MaxCpus)}.");
        if (cpu.Topology is { } topology
            && (topology is { Sockets: < 1 or > MaxCpus } or { Cores: < 1 or > MaxCpus } or { Threads: < 1 or > MaxCpus }
                || (long)topology.Sockets * topology.Cores * topology.Threads != cpu.Count))
        {
            problems.Add("/cpu/topology", $"Cpu.Topology: Sockets * Cores * Threads must be Count, {Text(cpu.Count)}.");
        }

        if (cpu.Model is not null && !Model().IsMatch(cpu.Model)) problems.Add("/cpu/model", $"Cpu.Model '{Names.Show(cpu.Model)}' is no processor's name.");
    }

    private static void CheckChannels(IReadOnlyList<MachineChannel>? channels, SpecProblems problems)
    {
        CheckList(channels, "channels", nameof(MachineSpec.Channels), MaxChannels, problems, (channel, place) =>
        {
            if (channel is VirtioChannel virtio && (virtio.Name is null || !ChannelName().IsMatch(virtio.Name)))
                place.Add("name", "Name must have 1 to 63 letters, digits, dots, underscores and hyphens");
        });
        var names = channels?.OfType<VirtioChannel>().Select(channel => channel.Name).ToList() ?? [];
        if (names.Distinct().Count() < names.Count) problems.Add("/channels", "Channels: a name is used twice.");
    }

    private static void Check(MachineDevice device, SpecPlace place)
    {
        if (device is WatchdogDevice watchdog && (watchdog.Action == WatchdogAction.Unknown || !Enum.IsDefined(watchdog.Action)))
            place.Add("action", "Action must be Reset, PowerOff, Pause or None");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("""\A[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Model();

    [GeneratedRegex("""\A[A-Za-z0-9._-]{1,63}\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ChannelName();
}
