using System.Net.Sockets;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Files;

namespace LimiQuantix.Hypervisor.Libvirt.Connections;

/// <summary>libvirt's errors as the contract's: what was wrong, and what would mend it.</summary>
internal static class LibvirtErrors
{
    private const string Install = "Install and start it: sudo apt-get install libvirt-daemon-system qemu-system-x86 && sudo systemctl enable --now libvirtd";

    /// <summary>The contract's error for one of libvirt's.</summary>
    /// <param name="error">What libvirt said.</param>
    /// <param name="uri">The daemon's URI.</param>
    /// <param name="machineId">The machine, when it was about one.</param>
    public static LimiQuantixException Map(LibvirtException error, string uri, Guid? machineId = null)
    {
        string? target = machineId?.ToString("D");
        LimiQuantixException Give(string code, string message, string? remedy = null, bool transient = false) =>
            new(code, message, remedy, target ?? uri, transient, error);
        if (error.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
            || error.Code is LibvirtErrorCode.AuthFailed or LibvirtErrorCode.AuthUnavailable)
        {
            return Give(
                ErrorCodes.PermissionDenied,
                $"This user may not use the libvirt daemon at {uri}.",
                $"Join its group and log in again: sudo usermod -aG libvirt {Environment.UserName}; or use qemu:///session.");
        }

        return error.Code switch
        {
            _ when error.IsConnectionLost => Give(ErrorCodes.Unavailable, $"The connection to libvirt at {uri} was lost: {error.Message}", transient: true),
            LibvirtErrorCode.NoConnect or LibvirtErrorCode.SystemError when error.Procedure is null =>
                Give(ErrorCodes.Unavailable, $"The libvirt daemon at {uri} does not answer: {error.Message}", Install, transient: true),
            LibvirtErrorCode.OperationTimeout => Give(
                ErrorCodes.Timeout,
                error.Message,
                "If /dev/kvm is there and does not work, libvirt looks QEMU over anew each time: run the doctor.",
                transient: true),
            LibvirtErrorCode.NoDomain => Give(ErrorCodes.NotFound, $"There is no machine {target}."),
            LibvirtErrorCode.DomExist => Give(ErrorCodes.Conflict, error.Message),
            LibvirtErrorCode.OperationInvalid => Give(ErrorCodes.FailedPrecondition, error.Message),
            LibvirtErrorCode.AccessDenied or LibvirtErrorCode.OperationDenied => Give(ErrorCodes.PermissionDenied, error.Message),
            LibvirtErrorCode.XmlError or LibvirtErrorCode.XmlDetail or LibvirtErrorCode.XmlInvalidSchema or LibvirtErrorCode.ConfigUnsupported =>
                Give(ErrorCodes.InvalidArgument, error.Message),
            _ => OfMessage(error, Give),
        };
    }

    /// <summary>The same for an error that may be a file's: the folder that blocks is looked for.</summary>
    public static LimiQuantixException Map(LibvirtException error, string uri, Guid machineId, IEnumerable<string> paths, GuestUser user)
    {
        LimiQuantixException mapped = Map(error, uri, machineId);
        if (mapped.Code != ErrorCodes.PermissionDenied)
            return mapped;
        // QEMU names the file, which may be one that a disk is backed by.
        LimiQuantixError? cause = paths.Concat(error.Message.Split('\'').Where(part => part.StartsWith('/')))
            .Select(path => GuestReach.Problem(path, user))
            .FirstOrDefault(problem => problem is not null);
        return cause is null ? mapped : new LimiQuantixException(cause, error);
    }

    /// <summary>QEMU's and the kernel's own words come through libvirt as text only.</summary>
    private static LimiQuantixException OfMessage(LibvirtException error, Func<string, string, string?, bool, LimiQuantixException> give)
    {
        string text = error.Message;
        bool Says(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
        if (Says("Could not set up host forwarding rule"))
        {
            return give(
                ErrorCodes.HostPortTaken,
                $"A port of the node that the machine forwards is taken: {text}",
                "Choose another port, or end what listens on it.",
                false);
        }

        if (Says("already exists with uuid") || Says("is already defined with uuid"))
            return give(ErrorCodes.Conflict, text, null, false);
        if (Says("Cannot find QEMU binary") || Says("no emulator") || Says("could not find capabilities for"))
            return give(ErrorCodes.MissingPrerequisite, $"libvirt finds no QEMU: {text}", "Install it: sudo apt-get install qemu-system-x86", false);
        if (Says("Permission denied") || Says("apparmor"))
        {
            return give(
                ErrorCodes.PermissionDenied,
                $"QEMU or libvirt may not open a file: {text}",
                "See that QEMU's user may read it and enter every folder above it; AppArmor also refuses hidden folders of a home "
                    + "(look for DENIED in: sudo dmesg | grep apparmor).",
                false);
        }

        if (Says("Cannot allocate memory"))
            return give(ErrorCodes.FailedPrecondition, $"The node has not enough memory: {text}", "Stop another machine, or give this one less memory.", false);
        return give(ErrorCodes.Internal, $"libvirt failed: {text}", null, error.IsTransient);
    }
}
