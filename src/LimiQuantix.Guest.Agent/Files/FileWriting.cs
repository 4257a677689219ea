using Google.Protobuf;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Files;

/// <summary>A file from the host: written beside its place, checked, flushed, renamed, and its folder flushed.</summary>
internal static class FileWriting
{
    public static Close Write(WorkStream stream, WriteRequest request)
    {
        string path = FileVerbs.Checked(request.Path).TrimEnd('/');
        int slash = path.LastIndexOf('/');
        string name = path[(slash + 1)..];
        string parent = slash == 0 ? "/" : path[..slash];
        if (name is "" or "." or "..")
            throw new AgentException(Code.Invalid, $"{request.Path} names no file");
        bool resumes = request.ResumeId.Length > 0;
        if (resumes && (request.ResumeId.Length > 64 || !request.ResumeId.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            throw new AgentException(Code.Invalid, "a resume id has up to 64 letters, digits and '-'");
        if (request.MakeParents)
            FileVerbs.MakeDirectory(new MakeDirectoryRequest { Path = parent, Parents = true });
        int folder = FileVerbs.OpenFolder(Flags.CurrentFolder, parent, follow: true);
        string partial = resumes ? $".limiquantix-{request.ResumeId}.partial" : $".limiquantix-{Guid.NewGuid():N}.partial";
        bool keep = resumes;
        try
        {
            Libc.FileFacts? existing = Existing(folder, name);
            if (existing is { } there && FileVerbs.TypeOf(there.Mode) == FileType.Directory)
                throw new AgentException(Code.Exists, $"{path} is a folder");
            if (existing is not null && request.KeepExisting)
                throw new AgentException(Code.Exists, $"{path} is there already");
            int fd = Libc.OpenAt(folder, partial, Flags.ReadWrite | Flags.Create | Flags.CloseOnExec | Flags.NoFollow | (resumes ? 0 : Flags.Exclusive), 0x180);
            if (fd < 0)
                throw AgentException.Last(path);
            WriteResult result;
            try
            {
                result = Receive(stream, request, fd, path);
                Finish(request, fd, existing, path);
            }
            catch (AgentException e)
            {
                // Bytes that are wrong are not worth keeping.
                keep = resumes && e.Code is not Code.Changed;
                throw;
            }
            finally
            {
                _ = Libc.Close(fd);
            }

            Place(request, folder, partial, name, path);
            keep = true;
            _ = Libc.Flush(folder);
            return new Close { Write = result };
        }
        finally
        {
            if (!keep)
                _ = Libc.UnlinkAt(folder, partial, 0);
            _ = Libc.Close(folder);
        }
    }

    private static Libc.FileFacts? Existing(int folder, string name)
    {
        try
        {
            return FileDescriptor.Facts(folder, name, follow: false);
        }
        catch (AgentException e) when (e.Code == Code.NotFound)
        {
            return null;
        }
    }

    private static WriteResult Receive(WorkStream stream, WriteRequest request, int fd, string path)
    {
        Sha256 hash = new();
        byte[] buffer = new byte[FrameHeader.MaxPayload];
        ulong kept = 0;
        if (request.ResumeId.Length > 0)
        {
            int have;
            while ((have = FileDescriptor.Read(fd, buffer)) > 0)
            {
                hash.Append(buffer.AsSpan(0, have));
                kept += (ulong)have;
            }

            stream.Send(new Message { Entry = new FileEntry { Path = path, Type = FileType.Regular, Size = kept } });
        }

        stream.AcceptInput();
        ulong bytes = kept;
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            hash.Append(buffer.AsSpan(0, read));
            FileDescriptor.WriteAll(fd, buffer.AsSpan(0, read), path);
            bytes += (ulong)read;
        }

        byte[] digest = hash.Finish();
        if (request.HasSize && bytes != request.Size)
            throw new AgentException(Code.Changed, $"{bytes} bytes came of {request.Size}");
        if (request.Sha256.Length > 0 && !request.Sha256.Span.SequenceEqual(digest))
            throw new AgentException(Code.Changed, $"the {bytes} bytes that came do not have the digest that was announced");
        return new WriteResult { Bytes = bytes, Sha256 = UnsafeByteOperations.UnsafeWrap(digest), ResumedFrom = kept };
    }

    /// <summary>Owner before mode: a change of owner takes set-user-id bits away.</summary>
    private static void Finish(WriteRequest request, int fd, Libc.FileFacts? existing, string path)
    {
        uint user = request.Owner.Length > 0 ? Accounts.UserId(request.Owner) : existing?.User ?? Libc.EffectiveUser();
        uint group = request.Group.Length > 0 ? Accounts.GroupId(request.Group) : existing?.Group ?? uint.MaxValue;
        uint mode = request.HasMode ? request.Mode & 0xFFF : existing is { } e && FileVerbs.TypeOf(e.Mode) == FileType.Regular ? e.Mode & 0xFFFu : 0x1A4u;
        if (Libc.ChangeOwner(fd, user, group) < 0 || Libc.ChangeMode(fd, mode) < 0 || Libc.Flush(fd) < 0)
            throw AgentException.Last(path);
    }

    private static void Place(WriteRequest request, int folder, string partial, string name, string path)
    {
        if (!request.KeepExisting)
        {
            if (Libc.RenameAt(folder, partial, folder, name) < 0)
                throw AgentException.Last(path);
            return;
        }

        // A link, unlike a rename, fails where something is: also what came since we looked.
        if (Libc.LinkAt(folder, partial, folder, name, 0) < 0)
            throw AgentException.Last(path);
        _ = Libc.UnlinkAt(folder, partial, 0);
    }
}
