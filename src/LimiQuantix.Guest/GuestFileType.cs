namespace LimiQuantix.Guest;

/// <summary>What an entry of a guest's file system is.</summary>
public enum GuestFileType
{
    /// <summary>Something else.</summary>
    Unknown = 0,

    /// <summary>A file.</summary>
    Regular = 1,

    /// <summary>A folder.</summary>
    Directory = 2,

    /// <summary>A symbolic link.</summary>
    Symlink = 3,

    /// <summary>A named pipe.</summary>
    Fifo = 4,

    /// <summary>A unix socket.</summary>
    Socket = 5,

    /// <summary>A character device.</summary>
    CharacterDevice = 6,

    /// <summary>A block device.</summary>
    BlockDevice = 7,
}
