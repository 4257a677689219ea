using Google.Protobuf;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Files;

/// <summary>A file towards the host.</summary>
internal static class FileReading
{
    public static Close Read(WorkStream stream, ReadRequest request)
    {
        string path = FileVerbs.Checked(request.Path);
        int fd = OpenRegular(Flags.CurrentFolder, path, follow: true);
        try
        {
            Libc.FileFacts before = FileDescriptor.Facts(fd, "", follow: false);
            if (request.Offset > 0 && Libc.Seek(fd, (long)Math.Min(request.Offset, long.MaxValue), 0) < 0)
                throw AgentException.Last(path);
            Sha256 hash = new();
            byte[] buffer = new byte[FrameHeader.DataPayload];
            ulong bytes = 0;
            // To its end and not to its size: files of /proc have none, and others grow.
            while (true)
            {
                int most = request.Limit == 0 ? buffer.Length : (int)Math.Min((ulong)buffer.Length, request.Limit - bytes);
                int read = most == 0 ? 0 : FileDescriptor.Read(fd, buffer.AsSpan(0, most));
                if (read < 0)
                    throw AgentException.Last(path);
                if (read == 0)
                    break;
                hash.Append(buffer.AsSpan(0, read));
                bytes += (ulong)read;
                stream.Send(buffer.AsSpan(0, read));
            }

            stream.End();
            Libc.FileFacts after = FileDescriptor.Facts(fd, "", follow: false);
            return new Close
            {
                Read = new ReadResult
                {
                    Bytes = bytes,
                    Sha256 = UnsafeByteOperations.UnsafeWrap(hash.Finish()),
                    Entry = FileVerbs.Entry(fd, "", path, follow: false, names: false),
                    Changed = before.Size != after.Size || before.ModifiedSeconds != after.ModifiedSeconds || before.ModifiedNanoseconds != after.ModifiedNanoseconds,
                },
            };
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Opens a regular file alone; without waiting, since a pipe's open would.</summary>
    public static int OpenRegular(int folder, string name, bool follow)
    {
        int fd = Libc.OpenAt(folder, name, Flags.ReadOnly | Flags.NonBlocking | Flags.CloseOnExec | Flags.NoTerminal | (follow ? 0 : Flags.NoFollow), 0);
        if (fd < 0)
            throw AgentException.Last(name);
        FileType type = FileVerbs.TypeOf(FileDescriptor.Facts(fd, "", follow: false).Mode);
        if (type == FileType.Regular)
            return fd;
        _ = Libc.Close(fd);
        throw new AgentException(Code.Invalid, $"{name} is no regular file but a {type}");
    }
}
