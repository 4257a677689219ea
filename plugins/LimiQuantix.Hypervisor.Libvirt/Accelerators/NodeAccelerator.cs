using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Accelerators;

/// <summary>What executes this node's new machines: asked once, kept for the boot.</summary>
internal sealed class NodeAccelerator(ProviderContext context, LibvirtOptions options, string devicePath = "/dev/kvm") : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ILogger _logger = HypervisorLog.For(context);
    private AcceleratorVerdict? _verdict;

    /// <summary>The QEMU program that the node has, or <see langword="null"/>.</summary>
    public string? QemuPath => options.QemuPath ?? Programs.Find("qemu-system-x86_64") ?? Programs.Find("/usr/libexec/qemu-kvm");

    /// <summary>Whether new machines run under KVM, and why. Never throws for what is missing.</summary>
    public async Task<AcceleratorVerdict> DecideAsync(CancellationToken cancellationToken)
    {
        switch (options.Accelerator)
        {
            case AcceleratorChoice.Kvm:
                return new AcceleratorVerdict { IsKvm = true, Reason = "The options force KVM." };
            case AcceleratorChoice.Tcg:
                return new AcceleratorVerdict { IsKvm = false, Reason = "The options force TCG." };
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_verdict is { IsLasting: true } known)
                return known;
            string path = Path.Combine(context.DataDirectory, "accelerator.json");
            string key = VerdictFile.KeyOf(QemuPath, devicePath);
            if (VerdictFile.Read(path, key) is { } kept && File.Exists(devicePath))
                return _verdict = kept;
            var probe = new AcceleratorProbe(devicePath, context.RuntimeDirectory, options.ProbeTimeout, context.TimeProvider);
            AcceleratorVerdict verdict = await probe.TryAsync(QemuPath, cancellationToken).ConfigureAwait(false);
            if (_verdict?.Reason != verdict.Reason)
                HypervisorLog.AcceleratorChosen(_logger, verdict.IsKvm ? "KVM" : "TCG", verdict.Reason);
            if (verdict.IsLasting)
                Keep(new VerdictFile { Key = key, Verdict = verdict }, path);
            return _verdict = verdict;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private void Keep(VerdictFile file, string path)
    {
        try
        {
            file.Write(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is only tried again after the next start.
            HypervisorLog.VerdictNotKept(_logger, error.Message);
        }
    }
}
