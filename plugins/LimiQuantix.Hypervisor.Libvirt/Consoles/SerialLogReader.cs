using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Hypervisor.Libvirt.Consoles;

/// <summary>
/// Reads the log that libvirt keeps of a machine's serial port. libvirt's log daemon begins a new file after 2 MiB (virtlogd.conf), and
/// a long log is emptied before a start: an offset past the end then begins anew.
/// </summary>
internal sealed class SerialLogReader(ProviderContext context) : ISerialLog
{
    private const int MaxBytes = 1 << 20;

    public async Task<SerialLogChunk> ReadSerialLogAsync(ReadSerialLogRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.MaxBytes is < 0 or > MaxBytes)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"{request.MaxBytes} bytes are not 0 to {MaxBytes}.", target: nameof(request.MaxBytes));
        Guid machineId = request.MachineId;
        long offset = request.Offset;
        cancellationToken.ThrowIfCancellationRequested();
        string path = new MachineFiles(context, machineId).SerialLogPath;
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.Asynchronous);
            long length = RandomAccess.GetLength(file);
            long start = offset switch
            {
                < 0 => Math.Max(0, length + offset),
                _ when offset > length => 0,
                _ => offset,
            };
            byte[] bytes = new byte[Math.Max(0, Math.Min(request.MaxBytes, length - start))];
            int read = await RandomAccess.ReadAsync(file, bytes, start, cancellationToken).ConfigureAwait(false);
            return new SerialLogChunk { Bytes = bytes.AsMemory(0, read), NextOffset = start + read };
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LimiQuantixException(
                ErrorCodes.NotFound, $"There is no serial log of machine {machineId:D} on this node.", target: machineId.ToString("D"), innerException: error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied,
                $"The serial log '{path}' is root's since libvirt's log daemon began a new file.",
                "Set max_size = 0 in /etc/libvirt/virtlogd.conf and restart virtlogd, or run as root.",
                path,
                innerException: error);
        }
    }
}
