// Watches an OVN northbound database and says each change as a sentence.
//   OvnWatch [ENDPOINTS]      default unix:/var/run/ovn/ovnnb_db.sock; several endpoints of a cluster between commas
// samples/OvnWatch/lab.sh shows it on an OVN of its own.
using OvnWatch;
using Ovsdb;
using Ovsdb.OvnNorthbound;

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};
try
{
    await using OvsdbClient client = await OvsdbClient.ConnectAsync(
        new OvsdbClientOptions
        {
            Endpoints = args.Length > 0 ? args[0] : "unix:/var/run/ovn/ovnnb_db.sock",
            Schema = Northbound.Schema,
            // An older OVN lacks columns that nobody here looks at.
            TolerateMissing = true,
        },
        stopping.Token);
    await using OvsdbReplica replica = await client.ReplicateAsync(Sentences.Needs, stopping.Token);
    using OvsdbWatch watch = replica.Watch();
    Console.WriteLine($"Watching {client.Schema} at {client.ConnectedTo}: {Sentences.Inventory(watch.Start)}.");
    await foreach (OvsdbChange change in watch.WithCancellation(stopping.Token))
    {
        if (change.Cause != OvsdbChangeCause.Transaction)
            Console.WriteLine($"The connection was lost and is back; {(change.Rows.Count == 0 ? "nothing has changed" : "meanwhile")}{(change.Rows.Count == 0 ? "." : ":")}");
        foreach (string sentence in Sentences.Of(change))
            Console.WriteLine(sentence);
    }
}
catch (OvsdbException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    // Ctrl+C.
}

return 0;
