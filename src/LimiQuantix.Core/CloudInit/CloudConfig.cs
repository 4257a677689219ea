using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.CloudInit;

/// <summary>The <c>#cloud-config</c> documents that we write.</summary>
internal static class CloudConfig
{
    public const string Header = "#cloud-config\n";

    private const string StartAgent = "systemctl start --no-block qemu-guest-agent.service 2>/dev/null || true";

    /// <summary>What user-data may override: it stands in vendor-data.</summary>
    public static CloudConfigMap Defaults() => new CloudConfigMap()
        .Set("growpart", new CloudConfigMap().Set("mode", "auto").Set("devices", ["/"]))
        .Set("resize_rootfs", true)
        .Set("runcmd", [StartAgent]);

    /// <summary>The document of everything in the specification but the user's own user-data; empty when there is nothing.</summary>
    public static CloudConfigMap Generate(CloudInitSpec spec, string instanceId, string? password)
    {
        CloudConfigMap map = new();
        if (spec.User is not null)
            map.Set("user", new CloudConfigMap().Set("name", spec.User));
        if (spec.User == "root")
            map.Set("disable_root", false);
        if (spec.SshKeys.Count > 0)
            map.Set("ssh_authorized_keys", [.. spec.SshKeys.Select(SeedValidation.Trimmed)]);
        if (password is not null)
        {
            map.Set("password", Sha512Crypt.Hash(password, Salt(instanceId)));
            map.Set("chpasswd", new CloudConfigMap().Set("expire", false));
            map.Set("ssh_pwauth", true);
        }
        if (spec.Packages.Count > 0)
        {
            map.Set("package_update", true);
            map.Set("packages", spec.Packages);
        }
        // A runcmd of user-data takes the place of vendor-data's, so the agent's line comes along.
        if (spec.RunCommands.Count > 0)
            map.Set("runcmd", [StartAgent, .. spec.RunCommands]);
        return map;
    }

    /// <summary>Makes the document give way to what was merged before it, and append to its lists.</summary>
    public static void MergeBehindUsers(CloudConfigMap map) => map.Set("merge_how",
    [
        new CloudConfigMap().Set("name", "list").Set("settings", ["append"]),
        new CloudConfigMap().Set("name", "dict").Set("settings", ["no_replace", "recurse_list"]),
    ]);

    /// <summary>A salt needs to differ between machines, not to be secret; derived, a rewritten seed has the same bytes.</summary>
    private static string Salt(string instanceId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("password salt " + instanceId)))[..Sha512Crypt.MaxSaltLength];
}
