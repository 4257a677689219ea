namespace Ovsdb.Schema;

/// <summary>Whether a server's schema has what the code was made for. What it has besides is no fault.</summary>
internal static class SchemaCheck
{
    /// <summary>Says everything that does not fit, at once.</summary>
    /// <exception cref="OvsdbException">Something is missing, and that is not tolerated, or has another type.</exception>
    public static void Check(OvsdbSchema expected, OvsdbSchema server, bool tolerateMissing)
    {
        List<string> faults = [];
        foreach (OvsdbTable table in expected.Tables)
        {
            if (server.FindTable(table.Name) is not { } found)
            {
                if (!tolerateMissing)
                    faults.Add($"the table {table.Name} is missing");
                continue;
            }

            foreach (OvsdbColumn column in table.Columns)
            {
                if (found.FindColumn(column.Name) is not { } other)
                {
                    if (!tolerateMissing)
                        faults.Add($"the column {table.Name}.{column.Name} is missing");
                }
                else if (column.Type.Difference(other.Type) is { } difference)
                {
                    faults.Add($"the column {table.Name}.{column.Name} {difference}");
                }
            }
        }

        if (faults.Count > 0)
        {
            throw new OvsdbException(
                OvsdbErrorKind.Schema,
                $"The server's schema {server} does not fit {expected}: {string.Join("; ", faults)}." +
                (tolerateMissing ? "" : $" {nameof(OvsdbClientOptions)}.{nameof(OvsdbClientOptions.TolerateMissing)} does without what is missing."));
        }
    }
}
