using System.Security.Cryptography;
using System.Xml.Linq;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Files;

/// <summary>
/// One machine's files. What lasts (seed, serial log, copy of the definition, VNC password) is under the data folder, the VNC
/// socket under the runtime folder, whose path is short. Folders let others pass but not list, because QEMU is another user under a
/// system daemon.
/// </summary>
internal sealed class MachineFiles
{
    private const UnixFileMode Pass =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _data;
    private readonly string _runtime;

    public MachineFiles(ProviderContext context, Guid machineId)
    {
        _data = Path.Combine(context.DataDirectory, "machines", machineId.ToString("D"));
        _runtime = Path.Combine(context.RuntimeDirectory, machineId.ToString("N"));
    }

    public string SeedPath => Path.Combine(_data, "seed.iso");

    /// <summary>
    /// The log is in a folder for this process's user alone: libvirt opens the file as root and hands it to QEMU, and may also give it to QEMU's
    /// user, so that its mode lets others read.
    /// </summary>
    public string SerialLogPath => Path.Combine(_data, "console", "serial.log");

    /// <summary>The domain as libvirt gave it back when it was defined.</summary>
    public string DefinedPath => Path.Combine(_data, "defined.xml");

    public string VncPasswordPath => Path.Combine(_data, "vnc.password");

    public string VncSocketPath => Path.Combine(_runtime, "vnc");

    /// <summary>The operation that reset the machine last, where one is noted.</summary>
    public string? LastReset
    {
        get => File.Exists(LastResetPath) ? File.ReadAllText(LastResetPath) : null;
        set
        {
            MakeFolder(_data);
            string beside = $"{LastResetPath}.{Guid.NewGuid():N}";
            Write(beside, System.Text.Encoding.ASCII.GetBytes(value ?? ""), Private);
            File.Move(beside, LastResetPath, overwrite: true);
        }
    }

    private string LastResetPath => Path.Combine(_data, "last-reset");

    /// <summary>Makes the folders and an empty serial log that this process can read whoever writes it.</summary>
    public void Prepare(GuestUser user)
    {
        MakeFolder(Path.GetDirectoryName(_data)!);
        MakeFolder(_data);
        MakeFolder(Path.GetDirectoryName(SerialLogPath)!, Closed);
        PrepareRuntime(user);
        if (!File.Exists(SerialLogPath))
            Write(SerialLogPath, default, Readable);
    }

    /// <summary>Makes the folder that QEMU puts its VNC socket in. Runtime folders do not outlast a reboot, so each start does it again.</summary>
    public void PrepareRuntime(GuestUser user)
    {
        MakeFolder(_runtime);
        if (Posix.EffectiveUser == 0 && user.User != 0)
            Posix.GiveTo(_runtime, user.User);
    }

    /// <summary>Writes the seed beside and renames it: a running guest keeps the one it has.</summary>
    public void WriteSeed(ReadOnlyMemory<byte> seed, GuestUser user)
    {
        // A name of its own: another engine may be completing the same machine.
        string beside = $"{SeedPath}.{Guid.NewGuid():N}";
        Write(beside, seed, Private);
        // libvirt gives it to QEMU's user by itself, unless its dynamic ownership is off; then this is what makes it readable.
        if (Posix.EffectiveUser == 0 && user.User != 0)
            Posix.GiveTo(beside, user.User);
        File.Move(beside, SeedPath, overwrite: true);
    }

    /// <summary>Makes a VNC password of the 8 characters that the protocol uses (RFC 6143, 7.2.2), or gives the one that is there.</summary>
    public string EnsureVncPassword()
    {
        if (File.Exists(VncPasswordPath))
            return File.ReadAllText(VncPasswordPath);
        string password = RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 8);
        Write(VncPasswordPath, System.Text.Encoding.ASCII.GetBytes(password), Private);
        return password;
    }

    /// <summary>
    /// Puts the password of its VNC port into a domain that libvirt gave: it never tells passwords, and a definition without one would let everybody of the node in.
    /// </summary>
    public void GiveBackVncPassword(XElement domain)
    {
        foreach (XElement graphics in domain.Elements("devices").Elements("graphics").Where(element => (string?)element.Attribute("type") == "vnc" && element.Attribute("passwd") is null))
        {
            if (graphics.Elements("listen").Any(listen => (string?)listen.Attribute("type") == "address"))
                graphics.SetAttributeValue("passwd", EnsureVncPassword());
        }
    }

    /// <summary>Begins a new serial log when the one of a machine that is off has grown past the limit.</summary>
    public void TrimSerialLog(long maximumBytes)
    {
        var log = new FileInfo(SerialLogPath);
        if (!log.Exists || log.Length <= maximumBytes)
            return;
        // Not truncated: the file may be another user's by now, the folder never is.
        log.Delete();
        Write(SerialLogPath, default, Readable);
    }

    /// <summary>Removes everything.</summary>
    public void Delete()
    {
        foreach (string folder in (string[])[_runtime, _data])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string path, ReadOnlyMemory<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var stream = new FileStream(path, options);
        stream.Write(content.Span);
        // The process's umask may have taken bits away.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
        stream.Flush(flushToDisk: true);
    }

    private static void MakeFolder(string path, UnixFileMode mode = Pass)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path, mode);
        File.SetUnixFileMode(path, mode);
    }
}
