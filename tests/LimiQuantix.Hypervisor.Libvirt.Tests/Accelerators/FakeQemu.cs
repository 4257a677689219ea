using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Accelerators;

/// <summary>A script in QEMU's place.</summary>
internal static class FakeQemu
{
    /// <summary>A shell writes it: a file that this process has open for writing while it starts another cannot be executed (ETXTBSY).</summary>
    public static Task WriteAsync(string path, string script) =>
        Command.OutputAsync("/bin/sh", ["-c", "printf '#!/bin/sh\\n%s\\n' \"$2\" > \"$1\" && chmod 755 \"$1\"", "sh", path, script]);
}
