using System.Globalization;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Native;

/// <summary>Users and groups as the C library finds them.</summary>
internal static unsafe class Accounts
{
    private const int BufferSize = 16 * 1024;

    public static Account? Find(string nameOrId)
    {
        Libc.UserEntry entry;
        Libc.UserEntry* found = null;
        byte* buffer = stackalloc byte[BufferSize];
        int error = uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? Libc.FindUser(id, &entry, buffer, BufferSize, &found)
            : Libc.FindUser(nameOrId, &entry, buffer, BufferSize, &found);
        return error != 0 || found == null ? null
            : new Account(FileDescriptor.Text(found->Name), found->User, found->Group, FileDescriptor.Text(found->Home), FileDescriptor.Text(found->Shell));
    }

    public static Account Get(string name) => Find(name) ?? throw new AgentException(Code.NotFound, $"there is no user '{name}'");

    /// <summary>A user's number: of a name, or the number itself, whether anybody has it or not.</summary>
    public static uint UserId(string nameOrId) =>
        uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? id : Get(nameOrId).User;

    public static uint GroupId(string nameOrId)
    {
        if (uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
            return id;
        Libc.GroupEntry entry;
        Libc.GroupEntry* found = null;
        byte* buffer = stackalloc byte[BufferSize];
        return Libc.FindGroup(nameOrId, &entry, buffer, BufferSize, &found) != 0 || found == null
            ? throw new AgentException(Code.NotFound, $"there is no group '{nameOrId}'")
            : found->Group;
    }

    public static string UserName(uint id) => Find(id.ToString(CultureInfo.InvariantCulture))?.Name ?? "";

    public static string GroupName(uint id)
    {
        Libc.GroupEntry entry;
        Libc.GroupEntry* found = null;
        byte* buffer = stackalloc byte[BufferSize];
        return Libc.FindGroup(id, &entry, buffer, BufferSize, &found) != 0 || found == null ? "" : FileDescriptor.Text(found->Name);
    }

    internal sealed record Account(string Name, uint User, uint Group, string Home, string Shell);
}
