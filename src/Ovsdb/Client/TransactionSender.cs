using System.Text.Json;
using Ovsdb.Rpc;

namespace Ovsdb.Client;

/// <summary>Sends a transaction, again where its <see cref="OvsdbTransaction.Repeat"/> allows it, and never says that it failed when it may have taken effect.</summary>
internal sealed class TransactionSender(OvsdbClientOptions options, ConnectionSupervisor supervisor, Task closed)
{
    public async Task<OvsdbTransactionResult> SendAsync(OvsdbTransaction transaction, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (transaction.Repeat == OvsdbRepeat.Once && !transaction.Operations.Any(operation => operation.HasOwnUuid))
            throw new ArgumentException($"{nameof(OvsdbRepeat)}.{nameof(OvsdbRepeat.Once)} needs a row that is inserted with an id of its own.", nameof(transaction));
        var deadline = CallDeadline.Begin(options, timeout);
        bool mayHaveTaken = false;
        while (true)
        {
            try
            {
                ClientSession session = await supervisor.GetAsync("transact", deadline.Left, cancellationToken).ConfigureAwait(false);
                return await session.Rpc.CallAsync(
                    new PendingCall<OvsdbTransactionResult>(
                        "transact",
                        writer => transaction.Write(writer, options.Database),
                        (ref Utf8JsonReader reader) => OvsdbTransactionResult.Read(ref reader, transaction)),
                    deadline.Left,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (OvsdbException e) when (mayHaveTaken && transaction.Repeat == OvsdbRepeat.Once && e.Kind is OvsdbErrorKind.Refused or OvsdbErrorKind.ConditionNotMet)
            {
                // The row is there already, or what the first sending changed no longer meets a condition: has it taken effect?
                if (!await HasOwnRowAsync(transaction, deadline, cancellationToken).ConfigureAwait(false))
                    throw;
                return new OvsdbTransactionResult(transaction, []) { WasRepeated = true };
            }
            catch (OvsdbException e) when (mayHaveTaken && e.Kind == OvsdbErrorKind.ConditionNotMet)
            {
                // Somebody else was first, or the first sending itself.
                throw new OvsdbException(e.Kind, e.Message, e) { ServerError = e.ServerError, Details = e.Details, OperationIndex = e.OperationIndex, IsOutcomeUnknown = true };
            }
            catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.Connection && (!e.IsOutcomeUnknown || transaction.Repeat != OvsdbRepeat.Never) && !closed.IsCompleted)
            {
                mayHaveTaken |= e.IsOutcomeUnknown;
            }
            catch (OvsdbException e) when (mayHaveTaken && e.IsTransient && !e.IsOutcomeUnknown)
            {
                throw new OvsdbException(e.Kind, e.Message, e) { IsOutcomeUnknown = true };
            }
        }
    }

    private async Task<bool> HasOwnRowAsync(OvsdbTransaction transaction, CallDeadline deadline, CancellationToken cancellationToken)
    {
        OvsdbOperation own = transaction.Operations.First(operation => operation.HasOwnUuid);
        var probe = new OvsdbTransaction { Repeat = OvsdbRepeat.Idempotent };
        OvsdbOperation select = probe.Select(own.Table!, [], [OvsdbCondition.Uuid(own.Inserted)]);
        OvsdbTransactionResult found = await SendAsync(probe, deadline.Left, cancellationToken).ConfigureAwait(false);
        return found.RowsOf<OvsdbRow>(select).Count > 0;
    }
}
