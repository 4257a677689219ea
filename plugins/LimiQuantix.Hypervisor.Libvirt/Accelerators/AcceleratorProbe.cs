using System.ComponentModel;
using System.Diagnostics;
using LimiQuantix.Hypervisor.Libvirt.Files;

namespace LimiQuantix.Hypervisor.Libvirt.Accelerators;

/// <summary>
/// Runs a small guest under KVM. Only that tells: in nested clouds <c>/dev/kvm</c> often opens, answers every question about its
/// features, and then stops or fails at the first unusual instruction of a kernel.
/// </summary>
internal sealed class AcceleratorProbe(string devicePath, string temporaryFolder, TimeSpan timeout, TimeProvider timeProvider)
{
    private const int MaximumErrorCharacters = 2000;
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Tries KVM.</summary>
    /// <param name="qemuPath">The QEMU program, or <see langword="null"/> when there is none.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    public async Task<AcceleratorVerdict> TryAsync(string? qemuPath, CancellationToken cancellationToken)
    {
        if (!File.Exists(devicePath))
        {
            return new AcceleratorVerdict
            {
                IsKvm = false,
                Reason = $"{devicePath} is not there.",
                Remedy = "Enable virtualization in the firmware or the cloud's settings; then: sudo modprobe kvm_intel (or kvm_amd).",
            };
        }

        if (!Posix.MayReadAndWrite(devicePath))
        {
            return new AcceleratorVerdict
            {
                IsKvm = false,
                IsBroken = true,
                Reason = $"This user may not open {devicePath}, so it could not be tried.",
                Remedy = $"Join its group and log in again: sudo usermod -aG kvm {Environment.UserName}",
            };
        }

        if (qemuPath is null)
        {
            return new AcceleratorVerdict
            {
                IsKvm = false,
                IsBroken = true,
                Reason = "QEMU is not installed, so KVM could not be tried.",
                Remedy = "sudo apt-get install qemu-system-x86",
            };
        }

        string firmware = Path.Combine(temporaryFolder, $"kvm-probe-{Guid.NewGuid():N}.bin");
        try
        {
            await File.WriteAllBytesAsync(firmware, ProbeFirmware.Create(), cancellationToken).ConfigureAwait(false);
            return await RunAsync(qemuPath, firmware, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return new AcceleratorVerdict { IsKvm = false, IsBroken = true, Reason = $"KVM could not be tried: {error.Message}" };
        }
        finally
        {
            File.Delete(firmware);
        }
    }

    private async Task<AcceleratorVerdict> RunAsync(string qemuPath, string firmware, CancellationToken cancellationToken)
    {
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(qemuPath) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (string argument in (string[])[
            // The processor as machines get it: a host's that KVM cannot give is a failure of theirs too.
            "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35", "-accel", "kvm", "-cpu", "host", "-m", "16",
            "-bios", firmware, "-device", "isa-debug-exit,iobase=0xf4,iosize=1"])
            process.StartInfo.ArgumentList.Add(argument);
        process.Start();
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        Task<string> said = ReadAsync(process.StandardError, either.Token);
        Task<string> printed = ReadAsync(process.StandardOutput, either.Token);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            string before = await said.ConfigureAwait(false);
            await printed.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return Broken($"A guest under KVM did not come to its end within {timeout.TotalSeconds:0.#} s{Words(before)}");
        }

        string words = await said.ConfigureAwait(false);
        await printed.ConfigureAwait(false);
        return process.ExitCode == ProbeFirmware.ExitCode
            ? new AcceleratorVerdict { IsKvm = true, IsLasting = true, Reason = "A guest ran under KVM." }
            : Broken($"A guest under KVM failed: QEMU ended with {process.ExitCode}{Words(words)}");
    }

    private static AcceleratorVerdict Broken(string reason) => new()
    {
        IsKvm = false,
        IsBroken = true,
        IsLasting = true,
        Reason = reason,
        Remedy = "KVM here is most likely nested in another hypervisor that does not support it well. libvirt looks QEMU over anew at each definition "
            + "(up to 90 s) while such a device is there: hide it (sudo chmod 000 /dev/kvm, or unload kvm_intel or kvm_amd).",
    };

    private static string Words(string text) => text.Trim() is { Length: > 0 } words ? $": {words.Split('\n')[0].Trim()}" : ".";

    /// <summary>Reads what a program says, keeping its beginning only; gives what came when the time is up.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new System.Text.StringBuilder();
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false) is > 0 and var count)
                kept.Append(buffer, 0, Math.Min(count, MaximumErrorCharacters - kept.Length));
        }
        catch (OperationCanceledException)
        {
            // What came until then is all there is.
        }

        return kept.ToString();
    }

    /// <summary>Kills it. A process that hangs inside the kernel's KVM may not even die; it is not waited for without end.</summary>
    private async Task EndAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            using var patience = new CancellationTokenSource(EndTimeout, timeProvider);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself, or it will when the kernel lets it.
        }
    }
}
