using System.Text.Json;

namespace LimiQuantix.Hypervisor.Libvirt.Accelerators;

/// <summary>A verdict as it is kept: it holds for one boot, one kernel, one QEMU and one device.</summary>
internal sealed record VerdictFile
{
    public required string Key { get; init; }

    public required AcceleratorVerdict Verdict { get; init; }

    /// <summary>What a verdict depends on, as one line.</summary>
    public static string KeyOf(string? qemuPath, string devicePath)
    {
        FileInfo? qemu = qemuPath is null ? null : new FileInfo(qemuPath);
        string boot = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";
        return $"3 {boot} {Environment.OSVersion.Version} {qemuPath} {qemu?.Length} {qemu?.LastWriteTimeUtc:O} {devicePath}";
    }

    /// <summary>Reads a kept verdict; <see langword="null"/> when there is none that holds for the key.</summary>
    public static AcceleratorVerdict? Read(string path, string key)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > 64 << 10)
                return null;
            VerdictFile? kept = JsonSerializer.Deserialize(File.ReadAllBytes(path), VerdictJson.Default.VerdictFile);
            return kept is { Verdict.IsLasting: true } && kept.Key == key ? kept.Verdict : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(string path)
    {
        string beside = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(beside, JsonSerializer.SerializeToUtf8Bytes(this, VerdictJson.Default.VerdictFile));
        File.Move(beside, path, overwrite: true);
    }
}
