using System.Collections.Frozen;

namespace LibvirtSharp;

/// <summary>
/// The types libvirt wants its settings in, by their names: it refuses <c>cpu_shares</c> as an <c>int</c>. Those of libvirt 9.0's headers
/// (libvirt-domain.h, libvirt-host.h, libvirt-network.h); where several families have a name, it has one type in all of them.
/// </summary>
internal static class KnownParameters
{
    private static readonly FrozenDictionary<string, TypedParameterType> Types = new (TypedParameterType Type, string[] Names)[]
    {
        (TypedParameterType.Int,
        [
            "shares", "numa_mode", "disks_port", "compression.mt.level", "compression.mt.threads", "compression.mt.dthreads",
            "auto_converge.initial", "auto_converge.increment", "parallel.connections", "thread_pool_min", "thread_pool_max",
        ]),
        (TypedParameterType.UInt,
        [
            "weight", "cap", "inbound.average", "inbound.peak", "inbound.burst", "inbound.floor", "outbound.average", "outbound.peak",
            "outbound.burst", "poll_grow", "poll_shrink", "granularity", "shm_pages_to_scan", "shm_sleep_millisecs", "shm_merge_across_nodes",
        ]),
        (TypedParameterType.LLong,
            ["global_quota", "vcpu_quota", "emulator_quota", "iothread_quota", "reservation", "limit", "process-id"]),
        (TypedParameterType.ULLong,
        [
            "cpu_shares", "global_period", "vcpu_period", "emulator_period", "iothread_period", "hard_limit", "soft_limit", "min_guarantee",
            "swap_hard_limit", "bandwidth", "bandwidth.postcopy", "compression.xbzrle.cache", "poll_max_ns", "buf-size", "total_bytes_sec",
            "read_bytes_sec", "write_bytes_sec", "total_iops_sec", "read_iops_sec", "write_iops_sec", "total_bytes_sec_max", "read_bytes_sec_max",
            "write_bytes_sec_max", "total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max", "total_bytes_sec_max_length",
            "read_bytes_sec_max_length", "write_bytes_sec_max_length", "total_iops_sec_max_length", "read_iops_sec_max_length",
            "write_iops_sec_max_length", "size_iops_sec", "sev-secret-set-address", "unix-user-id", "unix-group-id", "process-time",
        ]),
        (TypedParameterType.Boolean,
        [
            "cmt", "mbmt", "mbml", "cache_misses", "cache_references", "instructions", "cpu_cycles", "branch_instructions", "branch_misses",
            "bus_cycles", "stalled_cycles_frontend", "stalled_cycles_backend", "ref_cpu_cycles", "cpu_clock", "task_clock", "page_faults",
            "context_switches", "cpu_migrations", "page_faults_min", "page_faults_maj", "alignment_faults", "emulation_faults",
        ]),
        (TypedParameterType.String,
        [
            "device_weight", "device_read_iops_sec", "device_write_iops_sec", "device_read_bytes_sec", "device_write_bytes_sec", "numa_nodeset",
            "migrate_uri", "destination_name", "destination_xml", "persistent_xml", "graphics_uri", "listen_address", "migrate_disks", "disks_uri",
            "compression", "tls.destination", "file", "dxml", "group_name", "sev-secret-header", "sev-secret", "user-name", "group-name",
            "sasl-user-name", "x509-distinguished-name", "selinux-context",
        ]),
    }.SelectMany(type => type.Names.Select(name => KeyValuePair.Create(name, type.Type))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for a name that a newer libvirt may have.</summary>
    public static TypedParameterType? TypeOf(string name) => Types.TryGetValue(name, out TypedParameterType type) ? type : null;
}
