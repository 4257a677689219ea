using Ovsdb;
using Ovsdb.OvnNorthbound;

namespace OvnWatch;

/// <summary>Says what changed in a northbound database.</summary>
public static class Sentences
{
    /// <summary>The tables, and what finds the switch of a port and the router of a router's port.</summary>
    public static OvsdbReplicaOptions Needs => new OvsdbReplicaOptions()
        .Add<LogicalSwitch>(OvsdbIndex.On(LogicalSwitch.Columns.Ports), OvsdbIndex.On(LogicalSwitch.Columns.Acls))
        .Add<LogicalSwitchPort>()
        .Add<LogicalRouter>(OvsdbIndex.On(LogicalRouter.Columns.Ports), OvsdbIndex.On(LogicalRouter.Columns.Nat), OvsdbIndex.On(LogicalRouter.Columns.StaticRoutes))
        .Add<LogicalRouterPort>()
        .Add<LogicalRouterStaticRoute>()
        .Add<Acl>()
        .Add<Nat>()
        .Add<LoadBalancer>()
        .Add<AddressSet>()
        .Add<PortGroup>(OvsdbIndex.On(PortGroup.Columns.Acls))
        .Add<DhcpOptions>()
        .Add<Dns>()
        .Add<QoS>();

    /// <summary>What there is.</summary>
    public static string Inventory(OvsdbSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return $"{snapshot.Table<LogicalSwitch>().Count} switches with {snapshot.Table<LogicalSwitchPort>().Count} ports, {snapshot.Table<LogicalRouter>().Count} routers";
    }

    /// <summary>The sentences of one change; switches and routers before what is in them.</summary>
    public static IEnumerable<string> Of(OvsdbChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Rows.OrderBy(row => row.Table.Name, StringComparer.Ordinal).ThenBy(row => Name(row.After ?? row.Before!), StringComparer.Ordinal).SelectMany(row => Of(change, row));
    }

    private static IEnumerable<string> Of(OvsdbChange change, OvsdbRowChange row)
    {
        OvsdbSnapshot at = row.IsDelete ? change.Before : change.After;
        string what = $"{Noun(row.Table)} {Name(row.After ?? row.Before!)}";
        if (row.IsInsert)
            yield return $"{what} was created{Place(at, row.After!)}{Details(row.After!)}.";
        else if (row.IsDelete)
            yield return $"{what} was deleted{Place(at, row.Before!).Replace(" on ", " from ", StringComparison.Ordinal)}.";
        else if (row is { Before: LogicalSwitchPort before, After: LogicalSwitchPort after } && before.Up != after.Up)
            yield return $"{what} {(after.Up == true ? "came up" : "went down")}.";
        else
        {
            foreach (OvsdbColumn column in row.ChangedColumns.Where(column => !IsMembership(row.Table, column)))
                yield return $"{what} has another {column.Name}: {Text(row.Before![column.Name])} became {Text(row.After![column.Name])}.";
        }
    }

    /// <summary>A switch's set of ports changes with each port, which has a sentence of its own.</summary>
    private static bool IsMembership(OvsdbTable table, OvsdbColumn column) =>
        (table == LogicalSwitch.Table || table == LogicalRouter.Table || table == PortGroup.Table) && column.Type.Key is { ReferenceTable: not null, IsWeakReference: false } && column.Type.Max > 1;

    private static string Place(OvsdbSnapshot at, OvsdbRow row)
    {
        OvsdbRow? owner = row switch
        {
            LogicalSwitchPort => at.Table<LogicalSwitch>().Where(LogicalSwitch.Columns.Ports, row.Uuid).FirstOrDefault(),
            LogicalRouterPort => at.Table<LogicalRouter>().Where(LogicalRouter.Columns.Ports, row.Uuid).FirstOrDefault(),
            Nat => at.Table<LogicalRouter>().Where(LogicalRouter.Columns.Nat, row.Uuid).FirstOrDefault(),
            LogicalRouterStaticRoute => at.Table<LogicalRouter>().Where(LogicalRouter.Columns.StaticRoutes, row.Uuid).FirstOrDefault(),
            Acl => (OvsdbRow?)at.Table<LogicalSwitch>().Where(LogicalSwitch.Columns.Acls, row.Uuid).FirstOrDefault() ?? at.Table<PortGroup>().Where(PortGroup.Columns.Acls, row.Uuid).FirstOrDefault(),
            _ => null,
        };
        return owner is null ? "" : $" on {Lower(Noun(owner.Definition))} {Name(owner)}";
    }

    private static string Details(OvsdbRow row) => row switch
    {
        LogicalSwitchPort { Addresses.Count: > 0 } port => $" with {string.Join(" and ", port.Addresses)}",
        LogicalRouterPort port => $" with {string.Join(" and ", port.Networks)}",
        AddressSet { Addresses.Count: > 0 } set => $" with {string.Join(", ", set.Addresses)}",
        _ => "",
    };

    private static string Name(OvsdbRow row) => row switch
    {
        Acl acl => $"'{acl.Action} {acl.Direction} {acl.Match}'",
        Nat nat => $"'{nat.Type} {nat.LogicalIp} as {nat.ExternalIp}'",
        LogicalRouterStaticRoute route => $"'{route.IpPrefix} via {route.Nexthop}'",
        DhcpOptions options => $"'{options.Cidr}'",
        _ => row.Definition.FindColumn("name") is { } name && row.Has(name) && row[name.Name] is string { Length: > 0 } text ? $"'{text}'" : $"{row.Uuid}",
    };

    private static string Noun(OvsdbTable table) => table.Name switch
    {
        "Logical_Switch" => "Switch",
        "Logical_Switch_Port" => "Port",
        "Logical_Router" => "Router",
        "Logical_Router_Port" => "Router port",
        "Logical_Router_Static_Route" => "Route",
        "ACL" => "Rule",
        "NAT" => "Translation",
        "Load_Balancer" => "Load balancer",
        "Address_Set" => "Address set",
        "Port_Group" => "Port group",
        "DHCP_Options" => "DHCP of",
        _ => table.Name,
    };

    private static string Lower(string noun) => char.ToLowerInvariant(noun[0]) + noun[1..];

    private static string Text(object? value) => value switch
    {
        null => "nothing",
        string text => $"'{text}'",
        System.Collections.ICollection { Count: 0 } => "nothing",
        _ => value.ToString() is "[]" or "{}" or null ? "nothing" : value.ToString()!,
    };
}
