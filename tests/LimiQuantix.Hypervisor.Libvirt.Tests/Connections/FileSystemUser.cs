using System.Runtime.InteropServices;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Connections;

/// <summary>Lets the calling thread, and no other, meet the file system as another user (setfsuid(2)); of root it takes root's privileges there.</summary>
internal sealed partial class FileSystemUser : IDisposable
{
    private const uint Nobody = 65534;

    private readonly uint _before = Set(Nobody);

    public void Dispose() => _ = Set(_before);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint Set(uint user);
}
