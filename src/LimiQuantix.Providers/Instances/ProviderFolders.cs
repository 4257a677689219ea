using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Nodes;

namespace LimiQuantix.Providers.Instances;

/// <summary>The folders of one instance in this process. Others may pass through (a hypervisor's own user must reach a disk), but not list.</summary>
internal static class ProviderFolders
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The folder for what must last; made when it is absent.</summary>
    public static string EnsureData(string engineFolder, ProviderInstanceInfo instance, NodeId own) =>
        Ensure(engineFolder, "providers", ContractName(instance.Contract), NameOf(instance, own));

    /// <summary>The folder for sockets; made when it is absent. Its name is a short digest, because a socket's path holds 107 bytes.</summary>
    public static string EnsureRuntime(string engineFolder, ProviderInstanceInfo instance, NodeId own)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{ContractName(instance.Contract)}/{NameOf(instance, own)}"));
        return Ensure(engineFolder, Convert.ToHexStringLower(digest.AsSpan(0, 4)));
    }

    /// <summary>A name is a DNS label, so that nothing else has these signs in it.</summary>
    private static string NameOf(ProviderInstanceInfo instance, NodeId own) => instance.Node switch
    {
        null => instance.Name + "+shared",
        { } node when node == own => instance.Name,
        { } node => $"{instance.Name}@{node.Value}",
    };

    private static string ContractName(Type contract) => contract.Name[1..].ToLowerInvariant();

    private static string Ensure(string engineFolder, params ReadOnlySpan<string> names)
    {
        string path = Path.GetFullPath(engineFolder);
        Directory.CreateDirectory(path);
        foreach (string name in names)
        {
            path = Path.Combine(path, name);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                continue;
            }

            Directory.CreateDirectory(path, Mode);
            // The process's umask may have taken bits away.
            if (File.GetUnixFileMode(path) != Mode)
                File.SetUnixFileMode(path, Mode);
        }

        return path;
    }
}
