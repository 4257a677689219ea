namespace LimiQuantix.Core.CloudInit;

/// <summary>The top-level keys of <c>#cloud-config</c> that some module reads, of cloud-init 22.4 to 25 (its schema-cloud-config-v1.json, and keys that are read without being in it).</summary>
internal static class CloudConfigKeys
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "allow_public_ssh_keys", "allow_userdata", "ansible", "apk_repos", "apt", "apt_mirror", "apt_mirror_search", "apt_mirror_search_dns", "apt_pipelining", "apt_preserve_sources_list", "apt_proxy",
        "apt_reboot_if_required", "apt_sources", "apt_update", "apt_upgrade", "authkey_hash", "autoinstall", "bootcmd", "byobu_by_default", "ca-certs", "ca_certs", "chef", "chpasswd", "cloud_config_modules",
        "cloud_final_modules", "cloud_init_modules", "cloud_type", "create_hostname_file", "datasource", "datasource_list", "debug", "def_log_file", "device_aliases", "disable_ec2_metadata", "disable_root", "disable_root_opts",
        "disk_setup", "drivers", "fan", "final_message", "fqdn", "fs_setup", "groups", "growpart", "grub-dpkg", "grub_dpkg", "hostname", "id", "instance-id", "interactive", "keyboard", "landscape", "launch-index", "locale",
        "locale_configfile", "log_cfgs", "lxd", "manage_etc_hosts", "manage_resolv_conf", "manual_cache_clean", "mcollective", "merge_how", "merge_type", "migrate", "mount_default_fields", "mounts", "network", "no_ssh_fingerprints", "ntp",
        "output", "package_reboot_if_required", "package_update", "package_upgrade", "packages", "password", "phone_home", "power_state", "prefer_fqdn_over_hostname", "preserve_hostname", "puppet", "random_seed",
        "reporting", "resize_rootfs", "resize_rootfs_tmp", "resolv_conf", "rh_subscription", "rpi", "rsyslog", "rsyslog_dir", "rsyslog_filename", "runcmd", "salt_minion", "snap", "spacewalk", "ssh", "ssh_authorized_keys", "ssh_deletekeys",
        "ssh_fp_console_blacklist", "ssh_genkeytypes", "ssh_import_id", "ssh_key_console_blacklist", "ssh_keys", "ssh_publish_hostkeys", "ssh_pwauth", "ssh_quiet_keygen", "ssh_svcname", "swap", "syslog_fix_perms", "system_info",
        "timezone", "ubuntu_advantage", "ubuntu_pro", "unverified_modules", "updates", "user", "users", "vendor_data", "vendor_data2", "version", "warnings", "wireguard", "write_files", "yum_repo_dir", "yum_repos", "zypper",
    };

    public static bool IsKnown(string key) => Known.Contains(key) || key.StartsWith("x-", StringComparison.Ordinal);

    /// <summary>The known key that a misspelt one most likely means.</summary>
    public static string? Nearest(string key)
    {
        if (key.Length > 64) return null;
        string folded = key.Replace('-', '_').ToLowerInvariant();
        (string? best, int distance) = (null, Math.Max(2, key.Length / 4) + 1);
        foreach (string known in Known)
        {
            int between = Distance(folded, known.Replace('-', '_'));
            if (between < distance) (best, distance) = (known, between);
        }

        return best;
    }

    // Levenshtein's, in two rows.
    private static int Distance(string one, string other)
    {
        int[] before = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 0; i < one.Length; i++)
        {
            int[] row = new int[other.Length + 1];
            row[0] = i + 1;
            for (int j = 0; j < other.Length; j++)
                row[j + 1] = Math.Min(Math.Min(row[j], before[j + 1]) + 1, before[j] + (one[i] == other[j] ? 0 : 1));
            before = row;
        }

        return before[^1];
    }
}
