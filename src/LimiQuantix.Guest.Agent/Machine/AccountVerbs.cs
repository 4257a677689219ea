using System.Text;
using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.Files;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>Passwords and SSH keys.</summary>
internal static class AccountVerbs
{
    private const int ToolPatience = 20_000;
    private const int MaxKeys = 1024;

    /// <summary>By chpasswd(8)'s input: neither arguments nor environment nor a log ever hold the password.</summary>
    public static Close SetPassword(SetPasswordRequest request)
    {
        if (request.User.AsSpan().IndexOfAny(':', '\n', '\0') >= 0 || request.Password.AsSpan().IndexOfAny('\n', '\0') >= 0 || request.Password.Length is 0 or > 1024)
            throw new AgentException(Code.Invalid, "a user's name holds no ':', and neither it nor a password a line end; a password has 1 to 1024 characters");
        Accounts.Get(request.User);
        if (Tool.Find("chpasswd") is not { } tool)
            throw new AgentException(Code.Unimplemented, "this guest has no chpasswd");
        (int code, string output) = Tool.Run(request.IsCrypted ? [tool, "-e"] : [tool], ToolPatience, $"{request.User}:{request.Password}\n");
        return code == 0 ? new Close()
            : throw new AgentException(Code.Failed, $"chpasswd ended with {code}: {output.Replace(request.Password, "…", StringComparison.Ordinal).Trim()}");
    }

    /// <summary>
    /// Writes ~/.ssh/authorized_keys with the user's own rights over files (setfsuid(2), which is the thread's alone): whatever the user
    /// made of that folder leads no further than the user gets.
    /// </summary>
    public static SshKeysResult SetKeys(SshKeysRequest request)
    {
        if (request.Add.Concat(request.Remove).Any(k => k.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0 || k.Length > 16 * 1024))
            throw new AgentException(Code.Invalid, "a key is one line of at most 16 KiB");
        Accounts.Account account = Accounts.Get(request.User);
        bool becomes = Libc.EffectiveUser() == 0 && account.User != 0;
        if (becomes)
        {
            _ = Libc.SetFileGroup(account.Group);
            _ = Libc.SetFileUser(account.User);
        }

        try
        {
            return Edit($"{account.Home}/.ssh", request);
        }
        finally
        {
            if (becomes)
            {
                _ = Libc.SetFileUser(0);
                _ = Libc.SetFileGroup(0);
            }
        }
    }

    private static SshKeysResult Edit(string path, SshKeysRequest request)
    {
        if (Libc.MakeDirectoryAt(Flags.CurrentFolder, path, 0x1C0) < 0 && Errno.Last != Errno.Exists)
            throw AgentException.Last(path);
        int folder = FileVerbs.OpenFolder(Flags.CurrentFolder, path, follow: false);
        try
        {
            List<string> lines = request.Replace ? [] : Existing(folder);
            lines.RemoveAll(l => request.Remove.Any(r => SameKey(l, r)));
            lines.AddRange(request.Add.Where(k => !lines.Any(l => SameKey(l, k))).Distinct(StringComparer.Ordinal));
            if (lines.Count > MaxKeys)
                throw new AgentException(Code.Limit, $"more than {MaxKeys} keys");
            if (request.Add.Count > 0 || request.Remove.Count > 0 || request.Replace)
                Save(folder, lines);
            SshKeysResult result = new();
            result.Keys.AddRange(lines.Where(l => l.Trim().Length > 0 && l.TrimStart()[0] != '#'));
            return result;
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    private static List<string> Existing(int folder)
    {
        int fd;
        try
        {
            fd = FileReading.OpenRegular(folder, "authorized_keys", follow: false);
        }
        catch (AgentException e) when (e.Code == Code.NotFound)
        {
            return [];
        }

        string text = FileDescriptor.ReadText($"/proc/self/fd/{fd}") ?? "";
        _ = Libc.Close(fd);
        return [.. text.TrimEnd('\n').Split('\n').Where((l, i) => i > 0 || l.Length > 0)];
    }

    private static void Save(int folder, List<string> lines)
    {
        const string Partial = ".authorized_keys.limiquantix";
        _ = Libc.UnlinkAt(folder, Partial, 0);
        int fd = Libc.OpenAt(folder, Partial, Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec, 0x180);
        if (fd < 0)
            throw AgentException.Last("authorized_keys");
        try
        {
            FileDescriptor.WriteAll(fd, Encoding.UTF8.GetBytes(lines.Count == 0 ? "" : string.Join('\n', lines) + "\n"), "authorized_keys");
            _ = Libc.Flush(fd);
        }
        finally
        {
            _ = Libc.Close(fd);
        }

        if (Libc.RenameAt(folder, Partial, folder, "authorized_keys") < 0)
            throw AgentException.Last("authorized_keys");
    }

    /// <summary>The same type and key, whatever options and comment stand around them.</summary>
    private static bool SameKey(string a, string b) => a == b || (KeyOf(a) is { } key && key == KeyOf(b));

    private static string? KeyOf(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int type = Array.FindIndex(words, w => w.StartsWith("ssh-", StringComparison.Ordinal) || w.StartsWith("ecdsa-", StringComparison.Ordinal) || w.StartsWith("sk-", StringComparison.Ordinal));
        return type >= 0 && type + 1 < words.Length ? words[type + 1] : null;
    }
}
