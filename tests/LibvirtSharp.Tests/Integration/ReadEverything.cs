using System.Collections;
using System.Globalization;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Our half of the differential test: the same calls as differential.py, written the same way.</summary>
internal sealed class ReadEverything(LibvirtConnection connection)
{
    private static readonly string[] MergingSettings = ["shm_pages_to_scan", "shm_sleep_millisecs", "shm_merge_across_nodes"];

    private readonly Dictionary<string, string> _out = [];

    public async Task<Dictionary<string, string>> RunAsync()
    {
        await PutAsync("hostname", async () => await connection.GetHostnameAsync());
        await PutAsync("type", async () => await connection.GetDriverTypeAsync());
        await PutAsync("version", async () => Number(await connection.GetVersionAsync()));
        await PutAsync("libversion", async () => Number(await connection.GetLibVersionAsync()));
        await PutAsync("capabilities", async () => await connection.GetCapabilitiesAsync());
        await PutAsync("domaincapabilities", async () => await connection.GetDomainCapabilitiesAsync(virtualizationType: "qemu"));
        await PutAsync("secure", async () => await connection.IsSecureAsync());
        await PutAsync("securitymodel", async () => await connection.GetSecurityModelAsync() is var model ? new object[] { model.Model, model.DomainOfInterpretation } : null);
        await PutAsync("memoryparameters", async () => (await connection.GetMemoryParametersAsync()).Where(each => MergingSettings.Contains(each.Name)).ToArray());
        await PutAsync("freepages", async () => (await connection.GetFreePagesAsync([4096], -1)).Select(each => each.PageSizeBytes / 1024));
        await PutAsync("nodeinfo", async () =>
        {
            NodeInfo node = await connection.GetNodeInfoAsync();
            return new object[] { node.Model, node.Cpus, node.CpuMhz, node.NumaNodes, node.SocketsPerNode, node.CoresPerSocket, node.ThreadsPerCore };
        });
        await PutAsync("poolcapabilities", async () => await connection.GetStoragePoolCapabilitiesAsync());
        foreach (Domain domain in await connection.ListAllDomainsAsync())
            await DomainAsync(domain, $"domain/{domain.Uuid}/");
        foreach (Network network in await connection.ListAllNetworksAsync())
            await NetworkAsync(network, $"network/{network.Uuid}/");
        foreach (StoragePool pool in await connection.ListAllStoragePoolsAsync())
            await PoolAsync(pool, $"pool/{pool.Uuid}/");
        foreach (Secret secret in await EachAsync(() => connection.ListAllSecretsAsync()))
        {
            await PutAsync($"secret/{secret.Uuid}/usage", () => Task.FromResult<object?>(new object[] { (int)secret.UsageType, secret.UsageId }));
            await PutAsync($"secret/{secret.Uuid}/xml", async () => await secret.GetXmlAsync());
            await PutAsync($"secret/{secret.Uuid}/value", async () => Convert.ToHexStringLower(await secret.GetValueAsync()));
        }
        await HostAsync();
        return _out;
    }

    private async Task DomainAsync(Domain d, string p)
    {
        await PutAsync(p + "name", () => Task.FromResult<object?>(d.Name));
        await PutAsync(p + "id", () => Task.FromResult<object?>(d.Id));
        await PutAsync(p + "lookup", async () => (await connection.LookupDomainByNameAsync(d.Name)).Uuid);
        await PutAsync(p + "info", async () =>
        {
            DomainInfo info = await d.GetInfoAsync();
            return new object[] { (int)info.State, info.MaxMemoryBytes / 1024, info.MemoryBytes / 1024, info.VirtualCpus };
        });
        await PutAsync(p + "state", async () => await d.GetStateAsync() is var state ? new object[] { (int)state.State, state.Reason } : null);
        foreach (DomainXmlFlags flags in (DomainXmlFlags[])[0, DomainXmlFlags.Inactive, DomainXmlFlags.Inactive | DomainXmlFlags.Secure])
            await PutAsync(p + $"xml/{(uint)flags}", async () => await d.GetXmlAsync(flags));
        await PutAsync(p + "autostart", async () => await d.GetAutostartAsync());
        await PutAsync(p + "active", async () => await d.IsActiveAsync());
        await PutAsync(p + "persistent", async () => await d.IsPersistentAsync());
        await PutAsync(p + "maxmemory", async () => await d.GetMaxMemoryAsync());
        await PutAsync(p + "vcpus", async () => await d.GetVirtualCpusAsync(DomainVcpuFlags.Config));
        await PutAsync(p + "title", async () => await d.GetMetadataAsync(DomainMetadataType.Title));
        await PutAsync(p + "metadata", async () => await d.GetMetadataAsync(DomainMetadataType.Element, "urn:test:differential"));
        await PutAsync(p + "snapshots", async () => Sorted((await d.ListSnapshotsAsync()).Select(s => s.Name)));
        foreach (DomainSnapshot s in await d.ListSnapshotsAsync())
        {
            await PutAsync(p + $"snapshot/{s.Name}/xml", async () => await s.GetXmlAsync());
            await PutAsync(p + $"snapshot/{s.Name}/parent", async () => (await s.GetParentAsync()).Name);
            await PutAsync(p + $"snapshot/{s.Name}/current", async () => await s.IsCurrentAsync());
            await PutAsync(p + $"snapshot/{s.Name}/children", async () => Sorted((await s.ListChildrenAsync()).Select(x => x.Name)));
        }
        await PutAsync(p + "checkpoints", async () => Sorted((await d.ListCheckpointsAsync()).Select(s => s.Name)));
        await PutAsync(p + "managedsave", async () => await d.HasManagedSaveImageAsync());
        await PutAsync(p + "blockinfo", async () => await d.GetBlockInfoAsync("vda") is var i ? new object[] { i.CapacityBytes, i.AllocationBytes, i.PhysicalBytes } : null);
        await PutAsync(p + "blockiotune", async () => await d.GetBlockIOTuneAsync("vda"));
        await PutAsync(p + "blkio", async () => await d.GetBlkioParametersAsync());
        await PutAsync(p + "memoryparameters", async () => await d.GetMemoryParametersAsync());
        await PutAsync(p + "scheduler", async () => await d.GetSchedulerParametersAsync());
        await PutAsync(p + "perf", async () => await d.GetPerfEventsAsync());
        await PutAsync(p + "diskerrors", async () => (await d.GetDiskErrorsAsync()).Select(e => $"{e.Key}={(int)e.Value}"));
        await PutAsync(p + "control", async () => await d.GetControlInfoAsync() is var control ? new object[] { (int)control.State, (int)control.Error, (long)control.Since.TotalMilliseconds } : null);
        await PutAsync(p + "job", async () => (int)(await d.GetJobStatisticsAsync()).Type);
        await PutAsync(p + "updated", async () => await d.IsUpdatedAsync());
        await PutAsync(p + "schedulertype", async () => await d.GetSchedulerTypeAsync());
        await PutAsync(p + "securitylabel", async () => Label(await d.GetSecurityLabelAsync()));
        await PutAsync(p + "securitylabels", async () => (await d.GetSecurityLabelsAsync()).Select(Label).ToArray());
        await PutAsync(p + "blockpeek", async () => Convert.ToHexStringLower(await d.PeekBlockAsync("vda", 0, 64)));
        await PutAsync(p + "memorypeek", async () => Convert.ToHexStringLower(await d.PeekMemoryAsync(0xffff0, 16, DomainMemoryFlags.Physical)));
        await PutAsync(p + "compressioncache", async () => await d.GetMigrationCompressionCacheAsync());
        await PutAsync(p + "maxspeed", async () => await d.GetMigrationMaxSpeedAsync());
        await PutAsync(p + "signal", async () =>
        {
            await d.SendProcessSignalAsync(1, DomainProcessSignal.Nop);
            return null;
        });
        await PutAsync(p + "memorystats", async () => MemoryOf(await d.GetMemoryStatisticsAsync()));
        await PutAsync(p + "hostname", async () => await d.GetHostnameAsync());
        await PutAsync(p + "addresses", async () => (await d.GetInterfaceAddressesAsync(DomainInterfaceAddressesSource.Agent))
            .Select(i => $"{i.Name} {i.Mac} {string.Join(' ', i.Addresses.Select(a => $"{(int)a.Type} {a.Address} {a.PrefixLength}"))}"));
        await PutAsync(p + "guestinfo", async () => (await d.GetGuestInfoAsync()).Parameters);
        await PutAsync(p + "stats", async () => (await connection.GetDomainStatisticsAsync([d], DomainStatsGroups.State | DomainStatsGroups.Interface))[0]
            .Parameters.Where(parameter => !parameter.Name.EndsWith("time", StringComparison.Ordinal)).ToArray());
    }

    private static string[] MemoryOf(DomainMemoryStatistics memory)
    {
        (string Name, long? Bytes)[] all = [("actual", memory.ActualBytes), ("available", memory.AvailableBytes), ("unused", memory.UnusedBytes), ("usable", memory.UsableBytes)];
        return [.. all.Where(each => each.Bytes is not null).Select(each => $"{each.Name} {each.Bytes}")];
    }

    private static object[] Label(DomainSecurityLabel label) => [label.Label, label.IsEnforcing];

    private async Task NetworkAsync(Network n, string p)
    {
        await PutAsync(p + "name", () => Task.FromResult<object?>(n.Name));
        await PutAsync(p + "xml", async () => await n.GetXmlAsync());
        await PutAsync(p + "bridge", async () => await n.GetBridgeNameAsync());
        await PutAsync(p + "autostart", async () => await n.GetAutostartAsync());
        await PutAsync(p + "active", async () => await n.IsActiveAsync());
        await PutAsync(p + "persistent", async () => await n.IsPersistentAsync());
        await PutAsync(p + "ports", async () => (await n.ListPortsAsync()).Select(x => x.Uuid));
        await PutAsync(p + "leases", async () => (await n.GetDhcpLeasesAsync()).Select(x => x.Address));
    }

    private async Task PoolAsync(StoragePool s, string p)
    {
        await PutAsync(p + "name", () => Task.FromResult<object?>(s.Name));
        await PutAsync(p + "xml", async () => await s.GetXmlAsync());
        await PutAsync(p + "info", async () =>
        {
            StoragePoolInfo info = await s.GetInfoAsync();
            object[] all = [(int)info.State, info.CapacityBytes, info.AllocationBytes, info.AvailableBytes];
            // A real disk fills while both look at it.
            return connection.Uri.Driver == "test" ? all : all[..2];
        });
        await PutAsync(p + "autostart", async () => await s.GetAutostartAsync());
        await PutAsync(p + "active", async () => await s.IsActiveAsync());
        await PutAsync(p + "persistent", async () => await s.IsPersistentAsync());
        await PutAsync(p + "volumes", async () => Sorted((await s.ListVolumesAsync()).Select(v => v.Name)));
        if (!await s.IsActiveAsync())
            return;
        foreach (StorageVolume v in await s.ListVolumesAsync())
        {
            string q = p + $"volume/{v.Name}/";
            await PutAsync(q + "key", () => Task.FromResult<object?>(v.Key));
            await PutAsync(q + "path", async () => await v.GetPathAsync());
            await PutAsync(q + "info", async () => await v.GetInfoAsync() is var i ? new object[] { (int)i.Type, i.CapacityBytes, i.AllocationBytes } : null);
            await PutAsync(q + "xml", async () => await v.GetXmlAsync());
        }
    }

    private async Task HostAsync()
    {
        foreach (NwFilter f in await EachAsync(() => connection.ListAllNwFiltersAsync()))
        {
            await PutAsync($"filter/{f.Uuid}/name", () => Task.FromResult<object?>(f.Name));
            await PutAsync($"filter/{f.Uuid}/xml", async () => await f.GetXmlAsync());
        }
        foreach (NodeDevice d in await EachAsync(() => connection.ListAllNodeDevicesAsync()))
        {
            string p = $"device/{d.Name}/";
            await PutAsync(p + "parent", async () => await d.GetParentNameAsync());
            await PutAsync(p + "capabilities", async () => await d.ListCapabilitiesAsync());
            await PutAsync(p + "xml", async () => await d.GetXmlAsync());
            await PutAsync(p + "active", async () => await d.IsActiveAsync());
            await PutAsync(p + "persistent", async () => await d.IsPersistentAsync());
        }
        foreach (Interface i in await EachAsync(() => connection.ListAllInterfacesAsync()))
        {
            await PutAsync($"interface/{i.Name}/mac", () => Task.FromResult<object?>(i.Mac));
            await PutAsync($"interface/{i.Name}/xml", async () => await i.GetXmlAsync());
            await PutAsync($"interface/{i.Name}/active", async () => await i.IsActiveAsync());
        }
    }

    private static async Task<IReadOnlyList<T>> EachAsync<T>(Func<Task<IReadOnlyList<T>>> list)
    {
        try
        {
            return await list();
        }
        catch (LibvirtException error) when (error.Code == LibvirtErrorCode.NoSupport)
        {
            return [];
        }
    }

    private async Task PutAsync(string path, Func<Task<object?>> call)
    {
        try
        {
            _out[path] = Text(await call());
        }
        catch (LibvirtException error)
        {
            _out[path] = $"error {(int)error.Code} {(int)error.Domain} {error.Message}";
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "1" : "0",
        double number => number.ToString("R", CultureInfo.InvariantCulture) is var text && text.Contains('.', StringComparison.Ordinal) ? text : text + ".0",
        IEnumerable<TypedParameter> parameters => string.Join(';', parameters.Select(p => $"{p.Name}={Text(p.Value)}").Order(StringComparer.Ordinal)),
        IEnumerable many => string.Join(',', many.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private static long Number(Version version) => version.Major * 1_000_000L + version.Minor * 1000 + version.Build;
}
