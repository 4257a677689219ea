using LimiQuantix.Disks;

namespace LimiQuantix.Storage.Directory;

/// <summary>Reads the headers of the pool's own files: all that it derives from a file besides its name.</summary>
internal static class PoolHeader
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.DataCorrupt"/>: not a qcow2 image.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Qcow2Header Read(string path)
    {
        try
        {
            return Qcow2Header.Read(path);
        }
        catch (DiskFileException e)
        {
            throw StorageFailure.From(e, path);
        }
    }
}
